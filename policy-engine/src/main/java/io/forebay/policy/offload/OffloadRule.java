package io.forebay.policy.offload;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.RequestFacts;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One OffloadPolicy as it applies to a named rule: when a request is kept for later instead of being answered now.
/// Immutable, called on every loop; deciding creates nothing unless the client sent `Prefer`, or an expression is to be
/// evaluated.
public final class OffloadRule {

    private final String id;
    private final PolicyMode mode;
    private final String queue;
    private final Clients clients;
    private final List<OffloadCondition> conditions;
    private final @Nullable IdempotencyRule idempotency;
    private final boolean anonymousCapability;
    private final JobOptionRules options;
    private final @Nullable DedupRule dedup;
    private final @Nullable CallbackRule callback;
    private final boolean storeCredentials;

    private final List<Predicate<RequestFacts>> expressions;
    private final boolean always;
    private final boolean whenPreferred;
    private final boolean whenOverloaded;
    private final long slowerThanNs;
    private final OffloadDecision.@Nullable DeferIfBodyExceeds largeBody;

    /// Puts a rule together.
    ///
    /// @param id namespace/name of the OffloadPolicy
    /// @param queue namespace/name of the Queue
    /// @param conditions alternatives, at least one
    /// @param idempotency null where keys have no meaning
    /// @param anonymousCapability whether a job without identity is readable by its URL alone
    /// @param options what clients may say about their jobs
    /// @param dedup what dedup keys do, or null where they have no meaning
    /// @param callback how clients are told of their jobs' ends, or null
    /// @param storeCredentials whether Authorization and Cookie are kept with the job
    public OffloadRule(
            String id,
            PolicyMode mode,
            String queue,
            Clients clients,
            List<OffloadCondition> conditions,
            @Nullable IdempotencyRule idempotency,
            boolean anonymousCapability,
            JobOptionRules options,
            @Nullable DedupRule dedup,
            @Nullable CallbackRule callback,
            boolean storeCredentials) {
        if (conditions.isEmpty()) {
            throw new IllegalArgumentException("offload policy " + id + " has no condition");
        }
        this.id = id;
        this.mode = mode;
        this.queue = queue;
        this.clients = clients;
        this.conditions = List.copyOf(conditions);
        this.idempotency = idempotency;
        this.anonymousCapability = anonymousCapability;
        this.options = options;
        this.dedup = dedup;
        this.callback = callback;
        this.storeCredentials = storeCredentials;
        this.expressions = conditions.stream()
                .filter(OffloadCondition.Expression.class::isInstance)
                .map(condition -> ((OffloadCondition.Expression) condition).holds())
                .toList();
        this.always = conditions.stream().anyMatch(OffloadCondition.Always.class::isInstance);
        this.whenPreferred = conditions.stream().anyMatch(OffloadCondition.ClientPrefers.class::isInstance);
        this.whenOverloaded = conditions.stream().anyMatch(OffloadCondition.Overloaded.class::isInstance);
        this.slowerThanNs = conditions.stream()
                .filter(OffloadCondition.SlowerThan.class::isInstance)
                .mapToLong(condition -> ((OffloadCondition.SlowerThan) condition).afterNs())
                .min()
                .orElse(0);
        this.largeBody = conditions.stream()
                .filter(OffloadCondition.BodyLargerThan.class::isInstance)
                .mapToLong(condition -> ((OffloadCondition.BodyLargerThan) condition).bodyBytes())
                .boxed()
                .min(Long::compare)
                .map(OffloadDecision.DeferIfBodyExceeds::new)
                .orElse(null);
    }

    /// Who may be answered 202.
    public enum Clients {
        ANY,
        /// Only clients that sent `Prefer: respond-async`.
        PREFERRING
    }

    /// Options of a job, or of many, that a client may set by header.
    public enum ClientOption {
        PRIORITY,
        DELAY,
        NOT_BEFORE,
        DEADLINE,
        DEDUP_KEY,
        ORDERING_KEY,
        CALLBACK,
        BATCH
    }

    /// Decides by the request head. A body of unknown length under a size condition is for the caller to count.
    public OffloadDecision decideAtHead(RequestFacts facts) {
        boolean isPreferred = asksForPreference() && prefersAsync(facts);
        if (clients == Clients.PREFERRING && !isPreferred) {
            return OffloadDecision.Pass.INSTANCE;
        }
        if (always || (whenPreferred && isPreferred) || anyHolds(facts)) {
            return OffloadDecision.Defer.INSTANCE;
        }
        return largeBody == null ? OffloadDecision.Pass.INSTANCE : byLength(largeBody, facts.contentLength());
    }

    private boolean anyHolds(RequestFacts facts) {
        // No iterator: this is asked of every request.
        for (int at = 0; at < expressions.size(); at++) {
            if (expressions.get(at).test(facts)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the request is kept for later when its backend cannot be asked. Creates nothing unless the client sent
    /// `Prefer`.
    public boolean isHeldWhenOverloaded(RequestFacts facts) {
        return whenOverloaded && (clients == Clients.ANY || prefersAsync(facts));
    }

    /// Whether anything of the rule depends on how a synchronous call goes.
    public boolean watchesCalls() {
        return whenOverloaded || slowerThanNs > 0;
    }

    /// How long after the whole request was sent a call without an answer becomes a job; 0 for never. Creates nothing
    /// unless the client sent `Prefer`.
    public long handOverAfterNs(RequestFacts facts) {
        return slowerThanNs > 0 && (clients == Clients.ANY || prefersAsync(facts)) ? slowerThanNs : 0;
    }

    private static boolean prefersAsync(RequestFacts facts) {
        return ByteSpan.isPresent(facts.header(Prefer.HEADER))
                && Prefer.of(facts).respondAsync();
    }

    private boolean asksForPreference() {
        return whenPreferred || clients == Clients.PREFERRING;
    }

    private static OffloadDecision byLength(OffloadDecision.DeferIfBodyExceeds largeBody, long contentLength) {
        if (contentLength < 0) {
            return largeBody;
        }
        return contentLength > largeBody.bodyBytes() ? OffloadDecision.Defer.INSTANCE : OffloadDecision.Pass.INSTANCE;
    }

    public String id() {
        return id;
    }

    public PolicyMode mode() {
        return mode;
    }

    public String queue() {
        return queue;
    }

    public Clients clients() {
        return clients;
    }

    public List<OffloadCondition> conditions() {
        return conditions;
    }

    public @Nullable IdempotencyRule idempotency() {
        return idempotency;
    }

    public boolean anonymousCapability() {
        return anonymousCapability;
    }

    public JobOptionRules options() {
        return options;
    }

    public @Nullable DedupRule dedup() {
        return dedup;
    }

    public @Nullable CallbackRule callback() {
        return callback;
    }

    public boolean storeCredentials() {
        return storeCredentials;
    }
}
