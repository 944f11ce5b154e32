package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `OffloadPolicy.spec`: which requests of a named rule may or must be kept for later, and on which queue.
public record OffloadPolicySpec(
        List<TargetRef> targetRefs,
        @Nullable Mode mode,
        String queue,
        @Nullable Clients clients,
        List<When> when,
        @Nullable Idempotency idempotency,
        @Nullable Anonymous anonymous) {

    /// Who may be answered 202.
    public enum Clients {
        @Key("any")
        ANY,
        /// Only clients that sent `Prefer: respond-async`: the default.
        @Key("preferring")
        PREFERRING
    }

    /// One alternative; exactly one is set.
    public record When(
            @Nullable Present always,
            @Nullable Present clientPrefers,
            @Nullable ByteSize bodyLargerThan,
            @Nullable Present overloaded,
            @Nullable Duration slowerThan) {}

    /// A choice without further settings, written `{}`.
    public record Present() {}

    public record Idempotency(
            @Nullable String header,
            @Nullable Duration window,
            @Nullable Boolean required) {}

    public enum Anonymous {
        /// A job without identity is readable by whoever knows its URL.
        @Key("capability")
        CAPABILITY
    }
}
