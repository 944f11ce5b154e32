package io.forebay.gateway;

import java.util.concurrent.TimeUnit;

/// How the process leaves when it is told to end.
///
/// @param noticeNs how long it still accepts connections once it says that it is not ready, for load balancers to
///     notice
/// @param limitNs how long it then waits for what is under way
public record DrainSettings(long noticeNs, long limitNs) {
    public static final DrainSettings DEFAULT = new DrainSettings(0, TimeUnit.SECONDS.toNanos(30));

    public DrainSettings {
        if (noticeNs < 0) {
            throw new IllegalArgumentException("drain notice must not be negative: " + noticeNs);
        }
        if (limitNs < 0) {
            throw new IllegalArgumentException("drain must not be negative: " + limitNs);
        }
    }
}
