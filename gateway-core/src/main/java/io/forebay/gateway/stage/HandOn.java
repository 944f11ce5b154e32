package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.takeover.StoreOwner;
import org.jspecify.annotations.Nullable;

/// While another process has the job store, sends what needs it there as it came; the other stages see it there. Does
/// nothing in a process that has its store from the beginning.
final class HandOn implements Stage {
    private final @Nullable StoreOwner owner;

    HandOn(@Nullable StoreOwner owner) {
        this.owner = owner;
    }

    @Override
    public Verdict apply(Exchange exchange) {
        return owner != null && owner.takes(exchange) ? Verdict.TAKEN : Verdict.PROCEED;
    }
}
