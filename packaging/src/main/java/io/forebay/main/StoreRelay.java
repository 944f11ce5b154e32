package io.forebay.main;

import io.forebay.gateway.Gateway;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.StoreListener;

/// Passes the store's events on to the gateway, which is made after the store. Until then events go nowhere, and
/// nothing is lost by it: without a gateway nobody waits, and the dispatcher looks at every queue when it starts.
final class StoreRelay implements StoreListener {
    private volatile StoreListener target = StoreListener.NONE;

    /// The gateway, which hears of every change from now on: nobody can reach it before.
    Gateway connect(Gateway gateway) {
        target = gateway.storeListener();
        return gateway;
    }

    @Override
    public void changed(JobId id, long version, JobState state) {
        target.changed(id, version, state);
    }

    @Override
    public void emitted(JobId id) {
        target.emitted(id);
    }

    @Override
    public void ready(String queue) {
        target.ready(queue);
    }
}
