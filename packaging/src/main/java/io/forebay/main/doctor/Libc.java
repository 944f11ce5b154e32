package io.forebay.main.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The three calls that Java has no word for. Offsets are those of x86-64 Linux, the one platform that there is.
final class Libc {
    private static final int TIMEX_BYTES = 208;
    private static final int TIMEX_MAXERROR = 24;
    private static final int TIMEX_STATUS = 40;
    private static final int STA_UNSYNC = 0x40;

    private static final int STATVFS_BYTES = 112;
    private static final int STATVFS_FILES = 40;
    private static final int STATVFS_FILES_FREE = 56;

    private static final long SYS_IO_URING_SETUP = 425;
    private static final int URING_PARAMS_BYTES = 120;

    private static final Linker LINKER = Linker.nativeLinker();

    private Libc() {}

    @SuppressWarnings("restricted") // what the JVM is started for: --enable-native-access
    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /// adjtimex(2) that asks and changes nothing.
    static Optional<HostView.Clock> clock() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timex = arena.allocate(TIMEX_BYTES, 8);
            MethodHandle adjtimex =
                    function("adjtimex", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            if ((int) adjtimex.invokeExact(timex) < 0) {
                return Optional.empty();
            }
            boolean isOff = (timex.get(ValueLayout.JAVA_INT, TIMEX_STATUS) & STA_UNSYNC) != 0;
            return Optional.of(new HostView.Clock(!isOff, timex.get(ValueLayout.JAVA_LONG, TIMEX_MAXERROR)));
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    /// The inodes that are left, by statvfs(3); empty where the file system has no such limit.
    static OptionalLong freeInodes(Path folder) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statvfs = arena.allocate(STATVFS_BYTES, 8);
            MethodHandle call = function(
                    "statvfs", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            int result = (int) call.invokeExact(arena.allocateFrom(folder.toString()), statvfs);
            boolean hasLimit = result == 0 && statvfs.get(ValueLayout.JAVA_LONG, STATVFS_FILES) > 0;
            return hasLimit
                    ? OptionalLong.of(statvfs.get(ValueLayout.JAVA_LONG, STATVFS_FILES_FREE))
                    : OptionalLong.empty();
        } catch (Throwable e) {
            return OptionalLong.empty();
        }
    }

    /// io_uring_setup(2) for a ring of one entry, which is closed again.
    static OptionalInt ioUringErrno() {
        try (Arena arena = Arena.ofConfined()) {
            MemoryLayout captured = Linker.Option.captureStateLayout();
            MemorySegment state = arena.allocate(captured);
            MethodHandle syscall = function(
                    "syscall",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));
            MemorySegment parameters = arena.allocate(URING_PARAMS_BYTES, 8);
            long ring = (long) syscall.invokeExact(state, SYS_IO_URING_SETUP, 1, parameters);
            if (ring < 0) {
                long at = captured.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
                return OptionalInt.of(state.get(ValueLayout.JAVA_INT, at));
            }
            MethodHandle close = function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            int closed = (int) close.invokeExact((int) ring);
            return OptionalInt.of(closed == 0 ? 0 : -closed);
        } catch (Throwable e) {
            return OptionalInt.empty();
        }
    }
}
