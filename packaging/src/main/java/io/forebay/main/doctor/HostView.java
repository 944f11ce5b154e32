package io.forebay.main.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What the checks see of the host.
interface HostView {
    /// The text of a file of `/proc` or `/sys`; empty where it is not there or may not be read.
    Optional<String> text(String path);

    /// Whether nobody listens on a port.
    boolean isPortFree(int port);

    /// The process that listens on a port, as far as this one may see it.
    Optional<Holder> holder(int port);

    /// A process.
    record Holder(long pid, String command) {
        boolean isGateway() {
            // As ./forebay and as containers start it.
            return command.contains("io.forebay.main.Main") || command.contains("/etc/forebay.args");
        }
    }

    /// The clock as the kernel judges it; empty where it does not say.
    Optional<Clock> clock();

    /// How right the clock is.
    ///
    /// @param errorUs how far it may be off at most, in microseconds
    record Clock(boolean isSynchronised, long errorUs) {}

    /// What a file system has left for this user.
    ///
    /// @param inodes empty where it has no such limit
    record Space(long bytes, OptionalLong inodes) {}

    Space space(Path folder) throws IOException;

    /// Writes and syncs 4 KiB, and says how long that took.
    ///
    /// @param tries at most
    /// @return a time in nanoseconds a try, in their order
    long[] syncTimesNs(Path folder, int tries) throws IOException;

    /// The kernel's errno of `io_uring_setup`, 0 where it works; empty where it cannot be asked.
    OptionalInt ioUringErrno();
}
