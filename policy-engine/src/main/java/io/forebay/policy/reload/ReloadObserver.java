package io.forebay.policy.reload;

import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.compile.PolicyDiff;

/// Told of reloads, for meters and for parts that follow the policy (listeners, upstream pools). Called on the
/// reloading thread; must not block. All default to nothing.
public interface ReloadObserver {

    /// A snapshot went live; `previous` is of generation 0 at the first one.
    default void published(PolicySnapshot previous, PolicySnapshot current, PolicyDiff diff) {}

    /// Files changed and some object is not in force as written; also told beside [#published].
    default void faulty(ReloadReport report) {}

    /// Files changed, but nothing that the gateway would act on.
    default void unchanged() {}

    /// The gate let a snapshot not through; it is offered again.
    default void refused(PublishGate.PublishRefusedException reason) {}
}
