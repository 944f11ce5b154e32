package io.forebay.offload;

import java.util.Map;

/// What an operator says about one queue. All times in milliseconds.
///
/// @param tenantWeights by tenant; see [#tenantWeight]
public record QueueSettings(
        int concurrency,
        long attemptTimeoutMs,
        Retry retry,
        Map<String, Integer> tenantWeights,
        Limits limits,
        Retention retention) {
    public static final int TENANT_WEIGHT_MAX = 1_000;

    /// Concurrency 16, attempts of 10 minutes, 5 of them with 1 s to 5 min between, a million jobs, 10 GiB, results
    /// for a day, dead letters for two weeks.
    public static final QueueSettings DEFAULT = new QueueSettings(
            16,
            600_000,
            new Retry(5, 1_000, 300_000),
            Map.of(),
            new Limits(1_000_000, 10L << 30, 64 << 20, 64 << 20),
            new Retention(86_400_000, 14 * 86_400_000L));

    public QueueSettings {
        tenantWeights = Map.copyOf(tenantWeights);
        if (tenantWeights.values().stream().anyMatch(weight -> weight < 1 || weight > TENANT_WEIGHT_MAX)) {
            throw new IllegalArgumentException("weights must be 1 to " + TENANT_WEIGHT_MAX + ": " + tenantWeights);
        }
        if (concurrency < 1 || concurrency > 100_000) {
            throw new IllegalArgumentException("concurrency must be 1 to 100000: " + concurrency);
        }
        if (attemptTimeoutMs < 1) {
            throw new IllegalArgumentException("attemptTimeoutMs must be positive: " + attemptTimeoutMs);
        }
    }

    /// At most `attempts` leases; between them full jitter below `baseMs` doubled each time, at most `maxMs`.
    public record Retry(int attempts, long baseMs, long maxMs) {
        public Retry {
            if (attempts < 1 || attempts > 1_000) {
                throw new IllegalArgumentException("attempts must be 1 to 1000: " + attempts);
            }
            if (baseMs < 1 || maxMs < baseMs) {
                throw new IllegalArgumentException("need 1 <= baseMs <= maxMs: " + baseMs + ", " + maxMs);
            }
        }
    }

    /// How much of the queue's time a tenant gets beside others, 1 unless it was said otherwise.
    public int tenantWeight(String tenant) {
        return tenantWeights.getOrDefault(tenant, 1);
    }

    /// Bounds of what the queue holds unfinished (`depthMax`, `bytesMax`) and of single payloads.
    public record Limits(long depthMax, long bytesMax, long bodyBytesMax, long resultBytesMax) {
        public Limits {
            if (depthMax < 1 || bytesMax < 1 || bodyBytesMax < 0 || resultBytesMax < 0) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }
    }

    /// How long the bytes of a finished job stay, by how it finished.
    public record Retention(long resultMs, long deadLetterMs) {
        public Retention {
            if (resultMs < 0 || deadLetterMs < 0) {
                throw new IllegalArgumentException("retention must not be negative");
            }
        }
    }
}
