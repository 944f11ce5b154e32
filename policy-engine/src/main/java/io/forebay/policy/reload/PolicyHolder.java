package io.forebay.policy.reload;

import io.forebay.policy.PolicySnapshot;

/// Holds the snapshot in force: the one volatile field between the control plane and the loops. Any thread reads it;
/// only the [PolicyReloader] writes, one writer at a time. An exchange reads it once and keeps what it got.
public final class PolicyHolder {

    private volatile PolicySnapshot current = PolicySnapshot.empty();

    /// Generation 0 serves nothing: the state before the first publish.
    public PolicySnapshot current() {
        return current;
    }

    void publish(PolicySnapshot next) {
        current = next;
    }
}
