package io.forebay.gateway.telemetry;

import io.forebay.gateway.trace.TraceSettings;
import org.jspecify.annotations.Nullable;

/// What the gateway tells about itself, and how; a change needs a restart.
///
/// @param accessLog which exchanges are recorded
/// @param accessFormat how
/// @param seriesMax how many series the meters of routes and backends may have together, 100 to 100,000
/// @param traces null for none
public record TelemetrySettings(
        AccessLog.Level accessLog,
        AccessLog.Format accessFormat,
        int seriesMax,
        @Nullable TraceSettings traces) {
    public static final int SERIES_MAX_DEFAULT = 1_000;
    public static final TelemetrySettings DEFAULT =
            new TelemetrySettings(AccessLog.Level.PROBLEMS, AccessLog.Format.JSON, SERIES_MAX_DEFAULT, null);

    public TelemetrySettings {
        if (seriesMax < 100 || seriesMax > 100_000) {
            throw new IllegalArgumentException("meters.series.max must be a number from 100 to 100000: " + seriesMax);
        }
    }

    /// The same with other exchanges in the access log.
    public TelemetrySettings accessLog(AccessLog.Level level) {
        return new TelemetrySettings(level, accessFormat, seriesMax, traces);
    }

    /// The same with room for so many series.
    public TelemetrySettings seriesMax(int count) {
        return new TelemetrySettings(accessLog, accessFormat, count, traces);
    }

    /// The same with traces.
    public TelemetrySettings traces(TraceSettings settings) {
        return new TelemetrySettings(accessLog, accessFormat, seriesMax, settings);
    }

    /// The same with an access log of another format.
    public TelemetrySettings accessFormat(AccessLog.Format format) {
        return new TelemetrySettings(accessLog, format, seriesMax, traces);
    }
}
