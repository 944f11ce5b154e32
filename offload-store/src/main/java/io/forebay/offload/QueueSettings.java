package io.forebay.offload;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an operator says about one queue. All times in milliseconds.
///
/// @param dispatchRate how fast jobs may begin, or `null` for as fast as `concurrency` allows
/// @param perKey what jobs of one limit key may take of that, or `null` for all of it
public record QueueSettings(
        int concurrency,
        @Nullable DispatchRate dispatchRate,
        long attemptTimeoutMs,
        Retry retry,
        Tenants tenants,
        Limits limits,
        Retention retention,
        @Nullable PerKey perKey) {
    /// Concurrency 16, attempts of 10 minutes, 5 of them with 1 s to 5 min between, a million jobs, 10 GiB, results
    /// for a day, dead letters for two weeks.
    public static final QueueSettings DEFAULT = new QueueSettings(
            16,
            600_000,
            new Retry(5, 1_000, 300_000),
            Tenants.ALIKE,
            new Limits(1_000_000, 10L << 30, 64 << 20, 64 << 20),
            new Retention(86_400_000, 14 * 86_400_000L));

    /// Jobs begin as fast as they can.
    public QueueSettings(
            int concurrency, long attemptTimeoutMs, Retry retry, Tenants tenants, Limits limits, Retention retention) {
        this(concurrency, null, attemptTimeoutMs, retry, tenants, limits, retention);
    }

    /// Whatever their limit keys.
    public QueueSettings(
            int concurrency,
            @Nullable DispatchRate dispatchRate,
            long attemptTimeoutMs,
            Retry retry,
            Tenants tenants,
            Limits limits,
            Retention retention) {
        this(concurrency, dispatchRate, attemptTimeoutMs, retry, tenants, limits, retention, null);
    }

    public QueueSettings {
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

    /// On the average `jobs` leases in `periodMs`; after a pause up to `burst` at once.
    public record DispatchRate(int jobs, long periodMs, int burst) {
        private static final long US_PER_MS = 1_000;

        public DispatchRate {
            if (jobs < 1 || periodMs < 1 || burst < 1) {
                throw new IllegalArgumentException("rates must be positive: " + jobs + ", " + periodMs + ", " + burst);
            }
        }

        /// Microseconds from one lease to the next, 1 at least.
        public long intervalUs() {
            return Math.max(1, periodMs * US_PER_MS / jobs);
        }

        /// When all so far would have begun at this rate, with one more now (generic cell rate algorithm, ITU-T I.371).
        ///
        /// @param paidUntilUs the same before it
        public long paidUntilUs(long paidUntilUs, long nowMs) {
            return Math.max(paidUntilUs, nowMs * US_PER_MS) + intervalUs();
        }

        /// From when on the next one may begin.
        public long opensAtMs(long paidUntilUs) {
            return Math.ceilDiv(paidUntilUs - (burst - 1) * intervalUs(), US_PER_MS);
        }
    }

    /// What jobs of one limit key may take.
    ///
    /// @param concurrency leases at once
    /// @param rate how fast they may begin, or `null`; those whose time came while the queue gave nothing may begin
    /// together, up to `concurrency`
    public record PerKey(int concurrency, @Nullable DispatchRate rate) {
        public PerKey {
            if (concurrency < 1 || concurrency > 100_000) {
                throw new IllegalArgumentException("concurrency must be 1 to 100000: " + concurrency);
            }
        }
    }

    /// What single tenants get and may hold.
    ///
    /// @param weights by tenant; see [#weight]
    /// @param depthMax unfinished jobs of one tenant
    /// @param bytesMax their request bytes
    public record Tenants(Map<String, Integer> weights, long depthMax, long bytesMax) {
        public static final int WEIGHT_MAX = 1_000;

        /// One tenant is as good as another, and may fill the queue.
        public static final Tenants ALIKE = of(Map.of());

        public Tenants {
            weights = Map.copyOf(weights);
            if (weights.values().stream().anyMatch(weight -> weight < 1 || weight > WEIGHT_MAX)) {
                throw new IllegalArgumentException("weights must be 1 to " + WEIGHT_MAX + ": " + weights);
            }
            if (depthMax < 1 || bytesMax < 1) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }

        /// Tenants that may fill the queue.
        public static Tenants of(Map<String, Integer> weights) {
            return new Tenants(weights, Long.MAX_VALUE, Long.MAX_VALUE);
        }

        /// How much of the queue's time a tenant gets beside others, 1 unless it was said otherwise.
        public int weight(String tenant) {
            return weights.getOrDefault(tenant, 1);
        }

        /// Whether what a tenant holds is counted.
        public boolean areLimited() {
            return depthMax != Long.MAX_VALUE || bytesMax != Long.MAX_VALUE;
        }
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
