package io.forebay.main.service;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// Sends datagrams to a Unix socket, which the JDK's channels cannot: it has streams alone. One socket a message, as
/// sd_notify(3) does it. Any thread.
final class NotifySocket {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 0x80002;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_AT = 2;
    private static final int PATH_BYTES_MAX = 107;

    private final byte[] path;

    /// @param address a path; one that begins with `@` is of the abstract namespace (unix(7))
    /// @throws IllegalArgumentException if it is neither, or longer than such a name may be
    NotifySocket(String address) {
        this.path = address.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > PATH_BYTES_MAX || (path[0] != '/' && path[0] != '@')) {
            throw new IllegalArgumentException("not the name of a Unix socket: " + address);
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
    }

    /// @throws IOException if nobody takes it
    void send(String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PATH_AT + PATH_BYTES_MAX + 1L);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH_AT, path.length);
            MemorySegment message = arena.allocateFrom(text, StandardCharsets.UTF_8);
            int socket = (int) Calls.SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (socket < 0) {
                throw new IOException("no socket can be made");
            }
            long sent = (long) Calls.SENDTO.invokeExact(
                    socket, message, message.byteSize() - 1, MSG_NOSIGNAL, address, PATH_AT + path.length);
            int closed = (int) Calls.CLOSE.invokeExact(socket);
            if (sent < 0 || closed < 0) {
                throw new IOException("the service manager does not take what it is told");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library cannot fail so", e);
        }
    }

    /// The calls of the C library, looked up where somebody is to be told.
    private static final class Calls {
        private static final Linker LINKER = Linker.nativeLinker();
        static final MethodHandle SOCKET = of(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        static final MethodHandle SENDTO = of(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        static final MethodHandle CLOSE =
                of("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

        // Native access is what this class is for; the flags of the process allow it.
        @SuppressWarnings("restricted")
        private static MethodHandle of(String name, FunctionDescriptor shape) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
        }
    }
}
