package io.forebay.main.doctor;

import java.util.Optional;

/// Whether the kernel's clock is kept right: tokens, certificates and schedules go by it.
final class ClockCheck {
    private static final String NAME = "clock";
    private static final long ERROR_US_MAX = 1_000_000;

    private ClockCheck() {}

    static Finding of(Optional<HostView.Clock> clock) {
        if (clock.isEmpty()) {
            return Finding.warning(NAME, "unknown", "the kernel does not say; see timedatectl on the host");
        }
        long errorUs = clock.get().errorUs();
        String figure = (clock.get().isSynchronised() ? "synchronised" : "not synchronised") + ", off by at most "
                + errorUs / 1_000 + " ms";
        boolean isRight = clock.get().isSynchronised() && errorUs <= ERROR_US_MAX;
        return isRight
                ? Finding.ok(NAME, figure)
                : Finding.warning(NAME, figure, "run a time service, as systemd-timesyncd or chrony");
    }
}
