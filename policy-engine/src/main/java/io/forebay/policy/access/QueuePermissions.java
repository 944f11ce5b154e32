package io.forebay.policy.access;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Permit;
import io.forebay.policy.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What callers may do with a queue. Without a word, everybody whose request is offloaded to it may submit jobs and
/// read their own, and nobody more. Immutable, any thread.
///
/// @param enqueue who alone may submit jobs, null for everybody
/// @param lease who may work them off
/// @param readAny who may read jobs of others
/// @param admin who may also cancel them, and have dead letters tried again
public record QueuePermissions(
        @Nullable AuthorizationRules enqueue,
        AuthorizationRules lease,
        AuthorizationRules readAny,
        AuthorizationRules admin) {
    private static final AuthorizationRules NOBODY = new AuthorizationRules(AuthorizationRule.Action.DENY, List.of());

    public static final QueuePermissions NONE = new QueuePermissions(null, NOBODY, NOBODY, NOBODY);

    public boolean mayEnqueue(Principal principal, PeerIdentity peer) {
        return enqueue == null || enqueue.decide(principal, peer) instanceof Permit;
    }

    public boolean mayLease(Principal principal, PeerIdentity peer) {
        return lease.decide(principal, peer) instanceof Permit;
    }

    public boolean mayReadAny(Principal principal, PeerIdentity peer) {
        return readAny.decide(principal, peer) instanceof Permit || mayAdminister(principal, peer);
    }

    public boolean mayAdminister(Principal principal, PeerIdentity peer) {
        return admin.decide(principal, peer) instanceof Permit;
    }
}
