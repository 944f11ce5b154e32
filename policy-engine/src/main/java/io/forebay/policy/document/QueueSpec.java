package io.forebay.policy.document;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `Queue.spec`: how jobs of a queue are worked off, and what it may hold. Defaults are `policy.compile`'s.
public record QueueSpec(
        @Nullable Integer concurrency,
        @Nullable Duration attemptTimeout,
        @Nullable Retry retry,
        @Nullable Limits limits,
        @Nullable Retention retention) {

    public record Retry(
            @Nullable Integer attempts,
            @Nullable Backoff backoff,
            @Nullable OnInterrupted onInterrupted) {}

    public record Backoff(@Nullable Duration base, @Nullable Duration max) {}

    /// What becomes of a job whose attempt was cut off after the request was sent.
    public enum OnInterrupted {
        @Key("fail")
        FAIL,
        @Key("retry")
        RETRY
    }

    public record Limits(
            @Nullable Long depth,
            @Nullable ByteSize bytes,
            @Nullable ByteSize maxBody,
            @Nullable ByteSize maxResult,
            @Nullable Duration maxWait) {}

    public record Retention(
            @Nullable Duration result, @Nullable Duration deadLetter) {}
}
