package io.forebay.main;

import io.forebay.gateway.Gateway;
import io.forebay.offload.JobStore;
import io.forebay.offload.Outcome;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.compile.PolicyDiff;
import io.forebay.policy.reload.PublishGate;
import io.forebay.policy.reload.ReloadObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries a policy to the parts that act on it: before it is visible the store commits its queues and the loops
/// learn its backends; afterwards ports open and close. Called on the reloading thread, and by whoever opens the store.
final class PolicyFollower implements PublishGate, ReloadObserver {
    private static final Logger LOG = System.getLogger(PolicyFollower.class.getName());
    private static final long CONFIGURE_MS = 10_000;

    private final Gateway gateway;
    private final @Nullable String listenAddress;
    private final @Nullable String zone;
    private @Nullable JobStore store;
    private long storeGeneration;
    private @Nullable PolicySnapshot last;
    private volatile List<String> listenFaults = List.of();

    /// @param zone that the gateway is in, or null
    PolicyFollower(Gateway gateway, @Nullable String listenAddress, @Nullable String zone) {
        this.gateway = gateway;
        this.listenAddress = listenAddress;
        this.zone = zone;
    }

    /// The store is open: it is told of the queues now, if there is a policy already, and from now on before each
    /// policy is visible.
    ///
    /// @param generation the queue configuration that the store has committed; policies count from 1 at each start,
    ///     while the store's generations never go back
    synchronized void storeOpened(JobStore opened, long generation) throws PublishRefusedException {
        store = opened;
        storeGeneration = generation;
        if (last != null) {
            configure(opened, last);
        }
    }

    @Override
    public synchronized void prepare(PolicySnapshot next) throws PublishRefusedException {
        if (store != null) {
            configure(store, next);
        }
        last = next;
        gateway.backends(PolicyTranslation.backends(next, zone));
        if (zone == null) {
            next.backends().stream()
                    .filter(backend -> backend.balancing().preferLocal() != null)
                    .forEach(PolicyFollower::warnOfNoZone);
        }
    }

    private static void warnOfNoZone(BackendPolicy backend) {
        LOG.log(
                Level.WARNING,
                "backend " + backend.id()
                        + " prefers the gateway's zone, but the boot key zone is not set: its endpoints are"
                        + " used alike");
    }

    private void configure(JobStore opened, PolicySnapshot next) throws PublishRefusedException {
        Outcome<Long> configured = StoreCall.<Long>await(
                        CONFIGURE_MS,
                        completion -> opened.configure(
                                PolicyTranslation.queues(next), storeGeneration + next.generation(), completion))
                .orElseThrow(() -> new PublishRefusedException(
                        "the store did not answer within " + CONFIGURE_MS + " ms when it was given the queues"));
        if (configured instanceof Outcome.Refused<Long>(var refusal)) {
            throw new PublishRefusedException("the store did not take the queues: " + refusal);
        }
    }

    @Override
    public void published(PolicySnapshot previous, PolicySnapshot current, PolicyDiff diff) {
        listenFaults = gateway.listen(PolicyTranslation.listeners(current, listenAddress));
        listenFaults.forEach(fault -> LOG.log(Level.ERROR, fault));
    }

    /// What keeps ports from being open as the policy wants them, a line each.
    List<String> listenFaults() {
        return listenFaults;
    }
}
