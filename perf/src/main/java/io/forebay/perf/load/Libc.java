package io.forebay.perf.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/// The dozen Linux system calls the generator lives on, as plain methods that answer as the kernel does: a count or a
/// descriptor, or `-errno`. Pointers are passed as addresses, which the LP64 calling convention treats as longs.
/// One instance per thread: it owns the memory errno is captured in. Linux on x86-64 with glibc 2.35 or newer.
final class Libc {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EINPROGRESS = 115;
    static final int EPOLLIN = 0x1;
    static final int EPOLLOUT = 0x4;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;
    /// `struct epoll_event` is packed on x86-64: four bytes of events, then eight of data.
    static final int EPOLL_EVENT_BYTES = 12;

    static final int EPOLL_DATA_OFFSET = 4;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int RLIMIT_NOFILE = 7;
    private static final int ADDRESS_BYTES = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle SEND = call("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = call("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_pwait2", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PRCTL = call("prctl", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle GETRLIMIT = call("getrlimit", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SETRLIMIT = call("setrlimit", JAVA_INT, JAVA_INT, JAVA_LONG);

    private final MemorySegment state;
    private final MemorySegment scratch;

    Libc(Arena arena) {
        state = arena.allocate(STATE);
        scratch = arena.allocate(64, 16);
    }

    // Native access is what this class is for; the process is started with --enable-native-access.
    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// A non-blocking TCP socket without Nagle's delay, its connect under way.
    int connect(InetSocketAddress target) {
        try {
            int fd = answer((int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
            if (fd < 0) {
                return fd;
            }
            scratch.set(JAVA_INT, 0, 1);
            int noDelay = answer((int) SETSOCKOPT.invokeExact(
                    state, fd, IPPROTO_TCP, TCP_NODELAY, scratch.address(), (int) JAVA_INT.byteSize()));
            writeAddress(target);
            int connected = answer((int) CONNECT.invokeExact(state, fd, scratch.address(), ADDRESS_BYTES));
            int failure = noDelay < 0 ? noDelay : connected == -EINPROGRESS ? 0 : connected;
            if (failure < 0) {
                close(fd);
                return failure;
            }
            return fd;
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    private void writeAddress(InetSocketAddress target) {
        if (!(target.getAddress() instanceof Inet4Address address)) {
            throw new IllegalArgumentException("only resolved IPv4 targets: " + target);
        }
        scratch.fill((byte) 0);
        scratch.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        scratch.set(PORT, 2, (short) target.getPort());
        MemorySegment.copy(address.getAddress(), 0, scratch, ValueLayout.JAVA_BYTE, 4, 4);
    }

    /// The outcome of a connect that has become writable: 0 or `-errno`.
    int connectOutcome(int fd) {
        scratch.set(JAVA_INT, 0, 0);
        scratch.set(JAVA_INT, 8, (int) JAVA_INT.byteSize());
        try {
            int asked = answer((int)
                    GETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_ERROR, scratch.address(), scratch.address() + 8));
            return asked < 0 ? asked : -scratch.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    int send(int fd, long address, long lengthBytes) {
        try {
            return answer((long) SEND.invokeExact(state, fd, address, lengthBytes, MSG_NOSIGNAL));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    int receive(int fd, long address, long lengthBytes) {
        try {
            return answer((long) RECV.invokeExact(state, fd, address, lengthBytes, 0));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    int close(int fd) {
        try {
            return answer((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    int epollCreate() {
        try {
            return answer((int) EPOLL_CREATE.invokeExact(state, EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    int epollControl(int epoll, int operation, int fd, long eventAddress) {
        try {
            return answer((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, eventAddress));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    /// Waits at most `timeoutNs` with the kernel's full resolution: a millisecond would be sixty requests late.
    int epollWait(int epoll, long eventsAddress, int eventsMax, long timeoutNs) {
        scratch.set(JAVA_LONG, 0, timeoutNs / 1_000_000_000L);
        scratch.set(JAVA_LONG, 8, timeoutNs % 1_000_000_000L);
        try {
            return answer((int) EPOLL_WAIT.invokeExact(state, epoll, eventsAddress, eventsMax, scratch.address(), 0L));
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    /// Lets timers fire when they are due instead of up to 50 us later, and raises the descriptor limit to its maximum.
    void preparePrecisely() {
        try {
            int slack = (int) PRCTL.invokeExact(state, PR_SET_TIMERSLACK, 1L);
            int limit = (int) GETRLIMIT.invokeExact(state, RLIMIT_NOFILE, scratch.address());
            if (slack == 0 && limit == 0) {
                scratch.set(JAVA_LONG, 0, scratch.get(JAVA_LONG, 8));
                limit = (int) SETRLIMIT.invokeExact(state, RLIMIT_NOFILE, scratch.address());
            }
            if (slack != 0 || limit != 0) {
                throw new IllegalStateException("timer slack or descriptor limit refused");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a system call threw", e);
        }
    }

    private int answer(long result) {
        return result >= 0 ? (int) result : -state.get(JAVA_INT, ERRNO_OFFSET);
    }
}
