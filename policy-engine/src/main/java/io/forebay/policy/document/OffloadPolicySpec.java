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
        @Nullable Anonymous anonymous,
        List<Option> accept,
        @Nullable Priority priority,
        @Nullable Dedup dedup,
        @Nullable Callback callback) {

    /// Who may be answered 202.
    public enum Clients {
        @Key("any")
        ANY,
        /// Only clients that sent `Prefer: respond-async`: the default.
        @Key("preferring")
        PREFERRING
    }

    /// What a client may say about its job, or about many.
    public enum Option {
        @Key("priority")
        PRIORITY,
        @Key("delay")
        DELAY,
        @Key("not-before")
        NOT_BEFORE,
        @Key("deadline")
        DEADLINE,
        @Key("ordering-key")
        ORDERING_KEY,
        @Key("dedup-key")
        DEDUP_KEY,
        @Key("callback")
        CALLBACK,
        @Key("batch")
        BATCH
    }

    /// What a client's dedup key does.
    ///
    /// @param window with `debounce` only
    public record Dedup(DedupMode mode, @Nullable Duration window) {}

    public enum DedupMode {
        @Key("keepFirst")
        KEEP_FIRST,
        @Key("replaceQueued")
        REPLACE_QUEUED,
        @Key("debounce")
        DEBOUNCE
    }

    /// How clients are told of their jobs' ends.
    ///
    /// @param queue of the same namespace, for the notices
    /// @param secretRef has the keys they are signed with, as `webhook.key`
    /// @param hosts that may be called; any if there are none
    public record Callback(
            String queue,
            SecretRef secretRef,
            List<String> hosts,
            @Nullable Boolean privateAddresses,
            @Nullable Boolean plainHttp) {}

    /// A Secret of the same namespace, or a FileSecret.
    public record SecretRef(
            @Nullable String group, @Nullable String kind, String name) {}

    /// 0 to 9, 9 the most urgent.
    ///
    /// @param standard written `default`: of jobs whose client does not say
    /// @param max the most urgent that a client gets
    public record Priority(
            @Key("default") @Nullable Integer standard,
            @Nullable Integer max) {}

    /// One alternative; exactly one is set.
    public record When(
            @Nullable Present always,
            @Nullable Present clientPrefers,
            @Nullable ByteSize bodyLargerThan,
            @Nullable String expression,
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
