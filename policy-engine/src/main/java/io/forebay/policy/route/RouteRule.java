package io.forebay.policy.route;

import io.forebay.policy.Refusal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.offload.OffloadRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One rule of an HTTPRoute or GRPCRoute with every policy attached to it: what the gateway does after the match.
/// Immutable.
public final class RouteRule {

    private final String id;
    private final Refusal.@Nullable RouteInvalid fault;
    private final BackendSplit backends;
    private final HeaderEdits requestHeaders;
    private final HeaderEdits responseHeaders;
    private final long requestTimeoutNs;
    private final long backendRequestTimeoutNs;
    private final @Nullable RetryRule retry;
    private final @Nullable SecurityRule security;
    private final LimitRules limits;
    private final @Nullable OffloadRule offload;
    private final @Nullable OwnAnswer ownAnswer;
    private final @Nullable UrlRewrite rewrite;
    private final @Nullable CorsRule cors;
    private final List<MirrorRule> mirrors;
    private final @Nullable SplitKey split;
    private final @Nullable SessionRule session;
    private final @Nullable FaultInjection faults;

    private RouteRule(Builder builder) {
        this.id = builder.id;
        this.fault = builder.fault == null ? null : new Refusal.RouteInvalid(builder.id, builder.fault);
        this.backends = builder.backends;
        this.requestHeaders = builder.requestHeaders;
        this.responseHeaders = builder.responseHeaders;
        this.requestTimeoutNs = builder.requestTimeoutNs;
        this.backendRequestTimeoutNs = builder.backendRequestTimeoutNs;
        this.retry = builder.retry;
        this.security = builder.security;
        this.limits = builder.limits;
        this.offload = builder.offload;
        this.ownAnswer = builder.ownAnswer;
        this.rewrite = builder.rewrite;
        this.cors = builder.cors;
        this.mirrors = List.copyOf(builder.mirrors);
        this.split = builder.split;
        this.session = builder.session;
        this.faults = builder.faults;
    }

    /// Starts a rule that serves nothing yet.
    ///
    /// @param id namespace/name/rule; an unnamed rule is called by its index
    public static Builder builder(String id) {
        return new Builder(id);
    }

    public String id() {
        return id;
    }

    /// What every request to this rule is answered with, or null for a sound rule.
    public Refusal.@Nullable RouteInvalid fault() {
        return fault;
    }

    public BackendSplit backends() {
        return backends;
    }

    public HeaderEdits requestHeaders() {
        return requestHeaders;
    }

    public HeaderEdits responseHeaders() {
        return responseHeaders;
    }

    /// Budget of all tries together in nanoseconds, 0 for none.
    public long requestTimeoutNs() {
        return requestTimeoutNs;
    }

    /// Budget of one try in nanoseconds, 0 for none.
    public long backendRequestTimeoutNs() {
        return backendRequestTimeoutNs;
    }

    /// Whether a failed call is made again, or null.
    public @Nullable RetryRule retry() {
        return retry;
    }

    /// Who may call, or null where no SecurityPolicy applies.
    public @Nullable SecurityRule security() {
        return security;
    }

    public LimitRules limits() {
        return limits;
    }

    /// When to defer, or null.
    public @Nullable OffloadRule offload() {
        return offload;
    }

    /// What the rule answers by itself, once the caller may go on; null where backends do.
    public @Nullable OwnAnswer ownAnswer() {
        return ownAnswer;
    }

    /// What upstreams are told instead of the client's host and path, or null.
    public @Nullable UrlRewrite rewrite() {
        return rewrite;
    }

    /// Which pages of other origins may read the answers, or null where that is not the gateway's business.
    public @Nullable CorsRule cors() {
        return cors;
    }

    /// Who gets copies of the requests.
    public List<MirrorRule> mirrors() {
        return mirrors;
    }

    /// Who stays on one side of the split, or null where each request is dealt anew.
    public @Nullable SplitKey split() {
        return split;
    }

    /// How a client stays at one endpoint, or null where each request is balanced anew.
    public @Nullable SessionRule session() {
        return session;
    }

    /// Faults that are made on purpose, or null.
    public @Nullable FaultInjection faults() {
        return faults;
    }

    @Override
    public String toString() {
        return id;
    }

    /// Collects the parts of a rule; used once, on one thread.
    public static final class Builder {
        private final String id;
        private @Nullable String fault;
        private BackendSplit backends = BackendSplit.of(List.of());
        private HeaderEdits requestHeaders = HeaderEdits.NONE;
        private HeaderEdits responseHeaders = HeaderEdits.NONE;
        private long requestTimeoutNs;
        private long backendRequestTimeoutNs;
        private @Nullable RetryRule retry;
        private @Nullable SecurityRule security;
        private LimitRules limits = LimitRules.NONE;
        private @Nullable OffloadRule offload;
        private @Nullable OwnAnswer ownAnswer;
        private @Nullable UrlRewrite rewrite;
        private @Nullable CorsRule cors;
        private List<MirrorRule> mirrors = List.of();
        private @Nullable SplitKey split;
        private @Nullable SessionRule session;
        private @Nullable FaultInjection faults;

        private Builder(String id) {
            this.id = id;
        }

        /// Makes the rule answer 500 with this reason.
        public Builder fault(String fault) {
            this.fault = fault;
            return this;
        }

        public Builder backends(BackendSplit backends) {
            this.backends = backends;
            return this;
        }

        public Builder requestHeaders(HeaderEdits edits) {
            this.requestHeaders = edits;
            return this;
        }

        public Builder responseHeaders(HeaderEdits edits) {
            this.responseHeaders = edits;
            return this;
        }

        public Builder requestTimeoutNs(long timeoutNs) {
            this.requestTimeoutNs = timeoutNs;
            return this;
        }

        public Builder backendRequestTimeoutNs(long timeoutNs) {
            this.backendRequestTimeoutNs = timeoutNs;
            return this;
        }

        public Builder retry(@Nullable RetryRule rule) {
            this.retry = rule;
            return this;
        }

        public Builder security(@Nullable SecurityRule security) {
            this.security = security;
            return this;
        }

        public Builder limits(LimitRules limits) {
            this.limits = limits;
            return this;
        }

        public Builder offload(@Nullable OffloadRule offload) {
            this.offload = offload;
            return this;
        }

        public Builder ownAnswer(@Nullable OwnAnswer answer) {
            this.ownAnswer = answer;
            return this;
        }

        public Builder rewrite(@Nullable UrlRewrite rewrite) {
            this.rewrite = rewrite;
            return this;
        }

        public Builder cors(@Nullable CorsRule cors) {
            this.cors = cors;
            return this;
        }

        public Builder mirrors(List<MirrorRule> mirrors) {
            this.mirrors = mirrors;
            return this;
        }

        public Builder split(@Nullable SplitKey split) {
            this.split = split;
            return this;
        }

        public Builder session(@Nullable SessionRule rule) {
            this.session = rule;
            return this;
        }

        public Builder faults(@Nullable FaultInjection injected) {
            this.faults = injected;
            return this;
        }

        public RouteRule build() {
            return new RouteRule(this);
        }
    }
}
