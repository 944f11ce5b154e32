package io.forebay.gateway.otlp;

import java.net.URI;
import java.util.concurrent.TimeUnit;

/// Where meters are sent, and how often; a change needs a restart.
///
/// @param endpoint the receiver's base, to which `/v1/metrics` is added
/// @param intervalNs from one export to the next, 1 s to 1 h
public record MetricSettings(URI endpoint, long intervalNs) {
    public static final long INTERVAL_SECONDS_DEFAULT = 60;
    public static final long INTERVAL_SECONDS_MAX = 3_600;

    public MetricSettings {
        OtlpEndpoint.require("metrics.endpoint", endpoint);
        if (intervalNs < TimeUnit.SECONDS.toNanos(1) || intervalNs > TimeUnit.SECONDS.toNanos(INTERVAL_SECONDS_MAX)) {
            throw new IllegalArgumentException("metrics.interval.seconds must be a number from 1 to "
                    + INTERVAL_SECONDS_MAX + ": " + TimeUnit.NANOSECONDS.toSeconds(intervalNs));
        }
    }

    /// Reads the two.
    ///
    /// @throws IllegalArgumentException the endpoint is no URL, or the interval is out of range
    public static MetricSettings of(String endpoint, long intervalSeconds) {
        return new MetricSettings(
                OtlpEndpoint.parse("metrics.endpoint", endpoint), TimeUnit.SECONDS.toNanos(intervalSeconds));
    }
}
