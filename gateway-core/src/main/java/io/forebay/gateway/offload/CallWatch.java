package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.gateway.proxy.UnsentRequest;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.offload.OffloadRule;

/// Watches the synchronous calls of rules whose OffloadPolicy says `overloaded` or `slowerThan`. Called on the
/// exchange's loop; one serves all loops.
final class CallWatch implements CallListener {
    private final OverloadHold overloadHold;
    private final HandOvers handOvers;
    private final CallListener otherwise;

    /// @param otherwise who answers for calls that stay what they are
    CallWatch(OverloadHold overloadHold, HandOvers handOvers, CallListener otherwise) {
        this.overloadHold = overloadHold;
        this.handOvers = handOvers;
        this.otherwise = otherwise;
    }

    @Override
    public long slowAfterNs(Exchange exchange) {
        OffloadRule rule = exchange.rule().offload();
        return rule == null ? 0 : rule.handOverAfterNs(exchange.head());
    }

    @Override
    public int keptBodyBytesMax(Exchange exchange) {
        return handOvers.keptBodyBytesMax(exchange);
    }

    @Override
    public void onSlow(Exchange exchange, RunningCall call) {
        handOvers.begin(exchange, call, otherwise);
    }

    @Override
    public boolean takesOver(Exchange exchange, UpstreamFailure failure, UnsentRequest unsent) {
        return overloadHold.takes(exchange, failure, unsent);
    }

    @Override
    public void onFailure(Exchange exchange, UpstreamFailure failure) {
        otherwise.onFailure(exchange, failure);
    }
}
