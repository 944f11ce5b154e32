package io.forebay.main.doctor;

import java.util.OptionalInt;

/// Whether the kernel lets this process have io_uring, and what stands in the way. Without it the gateway uses epoll,
/// at
/// the same speed or nearly so.
final class IoUringCheck {
    private static final String NAME = "io-uring";
    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int ENOSYS = 38;

    private IoUringCheck() {}

    static Finding of(HostView host) {
        OptionalInt errno = host.ioUringErrno();
        String kernel =
                host.text("/proc/sys/kernel/osrelease").orElse("unknown").strip();
        if (errno.isEmpty()) {
            return Finding.warning(NAME, "unknown, Linux " + kernel, "the log of a start says which transport it has");
        }
        String figure = errno.getAsInt() == 0
                ? "available, Linux " + kernel
                : "errno " + errno.getAsInt() + ", Linux " + kernel + "; epoll is used instead";
        return switch (errno.getAsInt()) {
            case 0 -> Finding.ok(NAME, figure);
            case EPERM -> Finding.warning(NAME, figure, forbidden(host));
            case ENOSYS -> Finding.warning(NAME, figure, missing(host));
            case ENOMEM -> Finding.warning(NAME, figure, "raise LimitMEMLOCK, or ulimit -l");
            default -> Finding.warning(NAME, figure, "see io_uring_setup(2)");
        };
    }

    private static String forbidden(HostView host) {
        String disabled =
                host.text("/proc/sys/kernel/io_uring_disabled").orElse("0").strip();
        return switch (disabled) {
            case "2" -> "sysctl kernel.io_uring_disabled is 2, for nobody: set it to 0";
            case "1" -> "sysctl kernel.io_uring_disabled is 1, for members of kernel.io_uring_group alone: set it to 0";
            default ->
                isFiltered(host)
                        ? "a seccomp filter forbids it, as that of containers does by default: allow io_uring_setup,"
                                + " io_uring_enter and io_uring_register"
                        : "a security module forbids it";
        };
    }

    private static String missing(HostView host) {
        return isFiltered(host)
                ? "a seccomp filter hides it, or the kernel is older than 5.1: allow io_uring_setup, io_uring_enter and"
                        + " io_uring_register"
                : "the kernel was built without it, or is older than 5.1";
    }

    private static boolean isFiltered(HostView host) {
        return host.text("/proc/self/status").orElse("").lines().anyMatch(line -> line.matches("Seccomp:\\s+2"));
    }
}
