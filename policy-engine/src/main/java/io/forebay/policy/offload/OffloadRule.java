package io.forebay.policy.offload;

import io.forebay.policy.PolicyMode;
import io.forebay.policy.RequestFacts;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One OffloadPolicy as it applies to a named rule.
///
/// @param id namespace/name of the OffloadPolicy
/// @param queue namespace/name of the Queue
/// @param conditions alternatives, at least one
/// @param idempotency null where keys have no meaning
/// @param anonymousCapability whether a job without identity is readable by its URL alone
/// @param accept options clients may set
public record OffloadRule(
        String id,
        PolicyMode mode,
        String queue,
        Clients clients,
        List<OffloadCondition> conditions,
        @Nullable IdempotencyRule idempotency,
        boolean anonymousCapability,
        Set<ClientOption> accept,
        boolean storeCredentials) {

    public OffloadRule {
        conditions = List.copyOf(conditions);
        accept = accept.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(accept));
        if (conditions.isEmpty()) {
            throw new IllegalArgumentException("offload policy " + id + " has no condition");
        }
    }

    /// Who may be answered 202.
    public enum Clients {
        ANY,
        /// Only clients that sent `Prefer: respond-async`.
        PREFERRING
    }

    /// Options of a job that a client may set by header.
    public enum ClientOption {
        PRIORITY,
        DELAY,
        NOT_BEFORE,
        DEADLINE,
        DEDUP_KEY,
        ORDERING_KEY,
        CALLBACK
    }

    /// Decides by the request head.
    @SuppressWarnings("DoNotCallSuggester") // body follows
    public OffloadDecision decideAtHead(RequestFacts facts) {
        throw new UnsupportedOperationException();
    }
}
