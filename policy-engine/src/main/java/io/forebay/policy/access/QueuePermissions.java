package io.forebay.policy.access;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Permit;
import io.forebay.policy.Principal;

/// What callers may do with the jobs of a queue besides submitting them and reading their own. Nobody may by default.
/// Immutable, any thread.
///
/// @param lease who may work them off
/// @param readAny who may read jobs of others
public record QueuePermissions(AuthorizationRules lease, AuthorizationRules readAny) {
    private static final AuthorizationRules NOBODY =
            new AuthorizationRules(AuthorizationRule.Action.DENY, java.util.List.of());

    public static final QueuePermissions NONE = new QueuePermissions(NOBODY, NOBODY);

    public boolean mayLease(Principal principal, PeerIdentity peer) {
        return lease.decide(principal, peer) instanceof Permit;
    }

    public boolean mayReadAny(Principal principal, PeerIdentity peer) {
        return readAny.decide(principal, peer) instanceof Permit;
    }
}
