package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// What an operator says about one queue. All times in milliseconds.
public record QueueSettings(
        int concurrency,
        long attemptTimeoutMs,
        Retry retry,
        OnInterrupted onInterrupted,
        Limits limits,
        Retention retention) {
    /// Concurrency 16, attempts of 10 minutes, 5 of them with 1 s to 5 min between, a million jobs, 10 GiB, results
    /// for a day, dead letters for two weeks.
    public static final QueueSettings DEFAULT = new QueueSettings(
            16,
            600_000,
            new Retry(5, 1_000, 300_000),
            OnInterrupted.RETRY,
            new Limits(1_000_000, 10L << 30, Submission.BODY_BYTES_MAX, 1 << 20),
            new Retention(86_400_000, 14 * 86_400_000L));

    public QueueSettings {
        requireNonNull(onInterrupted, "onInterrupted");
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

    /// What becomes of a handed-over call that the end of the process cut off. Kept with the queue and not yet acted
    /// on: this store takes over no running calls, and every other job is simply tried again.
    public enum OnInterrupted {
        FAIL,
        RETRY
    }

    /// Bounds of what the queue holds unfinished (`depthMax`, `bytesMax`) and of single payloads.
    public record Limits(long depthMax, long bytesMax, int bodyBytesMax, int resultBytesMax) {
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
