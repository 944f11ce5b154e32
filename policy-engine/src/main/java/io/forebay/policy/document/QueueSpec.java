package io.forebay.policy.document;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `Queue.spec`: how jobs of a queue are worked off, and what it may hold. Defaults are `policy.compile`'s.
public record QueueSpec(
        @Nullable Integer concurrency,
        @Nullable DispatchRate dispatchRate,
        @Nullable Duration attemptTimeout,
        @Nullable Retry retry,
        @Nullable Limits limits,
        @Nullable Retention retention,
        @Nullable Workers workers,
        @Nullable Duration leaseTerm,
        List<Permission> permissions,
        @Nullable OrderingKey orderingKey,
        @Nullable Tenants tenants,
        @Nullable PerKey perKey,
        @Nullable PartialResults partialResults,
        @Nullable BodySchemas schema) {

    /// What the bodies of its jobs must be valid by.
    ///
    /// @param versionHeader the field that says which version a body is of; absent: the last
    /// @param versions the accepted ones, oldest first
    public record BodySchemas(
            @Nullable String versionHeader, @Nullable Compatibility compatibility, List<SchemaVersion> versions) {}

    public record SchemaVersion(String name, String file) {}

    /// What a version must have to do with the one before it.
    public enum Compatibility {
        /// It takes all that the other took.
        @Key("Backward")
        BACKWARD,
        @Key("None")
        NONE
    }

    /// Jobs with the same value of this field run one at a time, in the order of their submits.
    public record OrderingKey(String header) {}

    /// How fast attempts may begin.
    ///
    /// @param burst most at once; absent: 1
    public record DispatchRate(
            int jobs,
            BackendTrafficPolicySpec.Unit unit,
            @Nullable Integer burst) {}

    /// What jobs with the same value of `key` may take of the queue.
    public record PerKey(
            BackendTrafficPolicySpec.LimitKey key,
            int concurrency,
            @Nullable DispatchRate dispatchRate) {}

    /// How tenants share the queue.
    public record Tenants(List<Weight> weights, @Nullable TenantLimits limits) {}

    /// What one tenant may have unfinished.
    public record TenantLimits(
            @Nullable Long depth, @Nullable ByteSize bytes) {}

    /// A tenant's share beside others, who have 1.
    public record Weight(String name, int weight) {}

    /// Which answers are kept while they come, for those who follow the job.
    public enum PartialResults {
        @Key("auto")
        AUTO,
        @Key("always")
        ALWAYS,
        @Key("never")
        NEVER
    }

    /// Who works the jobs off.
    public enum Workers {
        /// The gateway calls the backend of the job's rule.
        @Key("push")
        PUSH,
        /// Workers lease jobs over HTTP.
        @Key("pull")
        PULL
    }

    /// What a caller may do besides reading its own jobs.
    public record Permission(List<Verb> verbs, SecurityPolicySpec.RulePrincipal principal) {}

    public enum Verb {
        /// To submit jobs; where it is named, nobody else may.
        @Key("enqueue")
        ENQUEUE,
        @Key("lease")
        LEASE,
        @Key("read-any")
        READ_ANY,
        /// To read and cancel jobs of others, and to have dead letters tried again.
        @Key("admin")
        ADMIN
    }

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
