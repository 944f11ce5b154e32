package io.forebay.main.doctor;

import java.util.List;

/// Open files, which connections are, and locked memory, which rings were before Linux 5.12.
final class LimitsCheck {
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final long OTHERS = 1_024;
    private static final long FILES_MIN = 1_024;
    private static final long LOCKED_MIN = 64 << 10;

    private LimitsCheck() {}

    /// @param connectionsMax open connections of clients, each of which may have one to a backend
    static List<Finding> of(HostView host, int connectionsMax) {
        String limits = host.text("/proc/self/limits").orElse("");
        return List.of(
                files(hard(limits, "Max open files"), connectionsMax), locked(hard(limits, "Max locked memory")));
    }

    private static Finding files(long files, int connectionsMax) {
        long wanted = 2L * connectionsMax + OTHERS;
        if (files < 0) {
            return Finding.warning("open-files", "unknown", "see ulimit -Hn; " + wanted + " are wanted");
        }
        String figure = files == UNLIMITED ? "unlimited" : files + " at most";
        if (files < FILES_MIN) {
            return Finding.failed("open-files", figure, "raise LimitNOFILE, or ulimit -n, to " + wanted);
        }
        return files >= wanted
                ? Finding.ok("open-files", figure)
                : Finding.warning(
                        "open-files",
                        figure,
                        "connections.max of " + connectionsMax + " wants " + wanted
                                + ": raise LimitNOFILE, or ulimit -n, or lower connections.max");
    }

    private static Finding locked(long bytes) {
        if (bytes < 0) {
            return Finding.warning("locked-memory", "unknown", "see ulimit -Hl");
        }
        String figure = bytes == UNLIMITED ? "unlimited" : (bytes >> 10) + " KiB at most";
        return bytes >= LOCKED_MIN
                ? Finding.ok("locked-memory", figure)
                : Finding.warning("locked-memory", figure, "raise LimitMEMLOCK, or ulimit -l, to 64 KiB for io_uring");
    }

    /// The hard limit, to which the JVM raises its own; -1 where it is not told.
    private static long hard(String limits, String name) {
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", -1))
                .filter(columns -> columns.length > 1)
                .map(columns -> columns[1].equals("unlimited") ? UNLIMITED : Long.parseLong(columns[1]))
                .findFirst()
                .orElse(-1L);
    }
}
