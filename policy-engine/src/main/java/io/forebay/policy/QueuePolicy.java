package io.forebay.policy;

import io.forebay.policy.access.QueuePermissions;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.schema.QueueSchemas;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One Queue. Times in milliseconds, sizes in bytes.
///
/// @param id namespace/name
/// @param owner annotation `forebay.io/owner`, if given
/// @param concurrency attempts that may run at once
/// @param dispatchRate how fast attempts may begin, or null for as fast as `concurrency` allows
/// @param isPull whether workers lease its jobs over HTTP; else the gateway calls their backend
/// @param leaseTermMs how long such a lease lasts without a heartbeat
/// @param perKey what jobs that have something in common may take, or null for all of the queue
/// @param orderingKeyHeader field whose value names the ordering key (one job in flight per key), or null
/// @param schemas what the bodies of its jobs must be valid by, or null
public record QueuePolicy(
        String id,
        @Nullable String owner,
        int concurrency,
        @Nullable DispatchRate dispatchRate,
        long attemptTimeoutMs,
        Retry retry,
        Limits limits,
        Retention retention,
        boolean isPull,
        long leaseTermMs,
        QueuePermissions permissions,
        @Nullable HeaderName orderingKeyHeader,
        Tenants tenants,
        @Nullable PerKey perKey,
        PartialResults partialResults,
        @Nullable QueueSchemas schemas) {

    public static final int CONCURRENCY_DEFAULT = 8;
    public static final long ATTEMPT_TIMEOUT_DEFAULT_MS = 600_000;

    public static final long LEASE_TERM_DEFAULT_MS = 60_000;

    public QueuePolicy {
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency " + concurrency + " of queue " + id + " is not 1 or more");
        }
        if (attemptTimeoutMs < 1) {
            throw new IllegalArgumentException("attemptTimeout of queue " + id + " is not positive");
        }
        if (leaseTermMs < 1) {
            throw new IllegalArgumentException("leaseTerm of queue " + id + " is not positive");
        }
    }

    /// On the average `jobs` attempts in `periodMs`, up to `burst` at once.
    public record DispatchRate(int jobs, long periodMs, int burst) {}

    /// What jobs with the same key may take.
    ///
    /// @param concurrency attempts at once
    /// @param dispatchRate how fast they may begin, or null
    public record PerKey(
            LimitKey key, int concurrency, @Nullable DispatchRate dispatchRate) {}

    /// What single tenants get and may hold.
    ///
    /// @param weights shares of the queue's time by tenant; others have 1
    /// @param depth unfinished jobs of one tenant, [#ANY] for as many as the queue takes
    /// @param bytes their request bytes, or [#ANY]
    public record Tenants(Map<String, Integer> weights, long depth, long bytes) {
        public static final long ANY = Long.MAX_VALUE;

        public static final Tenants DEFAULT = new Tenants(Map.of(), ANY, ANY);

        public Tenants {
            weights = Map.copyOf(weights);
        }
    }

    /// Which answers are kept while they come, for those who follow the job.
    public enum PartialResults {
        /// Those whose Content-Type says that they are streams.
        AUTO,
        ALWAYS,
        NEVER
    }

    /// What an attempt cut off by a crash becomes.
    public enum OnInterrupted {
        FAIL,
        RETRY
    }

    /// How often and how fast to try again.
    ///
    /// @param attempts tries in all, the first included
    public record Retry(int attempts, long backoffBaseMs, long backoffMaxMs, OnInterrupted onInterrupted) {
        public static final Retry DEFAULT = new Retry(5, 1_000, 300_000, OnInterrupted.FAIL);

        public Retry {
            if (attempts < 1 || backoffBaseMs < 0 || backoffMaxMs < backoffBaseMs) {
                throw new IllegalArgumentException("retry needs one attempt and base <= max");
            }
        }
    }

    /// What the queue may hold.
    ///
    /// @param depth jobs waiting
    /// @param bytes stored bytes of all its jobs
    /// @param maxWaitMs the longest estimated wait the queue still accepts jobs for
    public record Limits(long depth, long bytes, long maxBodyBytes, long maxResultBytes, long maxWaitMs) {
        public static final Limits DEFAULT = new Limits(1_000_000, 50L << 30, 64L << 20, 64L << 20, 3_600_000);

        public Limits {
            if (depth < 1 || bytes < 1 || maxBodyBytes < 0 || maxResultBytes < 0 || maxWaitMs < 1) {
                throw new IllegalArgumentException("queue limits must leave room for one job");
            }
        }
    }

    /// How long finished jobs stay.
    public record Retention(long resultMs, long deadLetterMs) {
        public static final Retention DEFAULT = new Retention(86_400_000, 1_209_600_000);

        public Retention {
            if (resultMs < 0 || deadLetterMs < 0) {
                throw new IllegalArgumentException("retention is not negative");
            }
        }
    }
}
