package io.forebay.gateway.worker;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ExchangeObserver;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;

/// Stands where an edge has the pipeline: the exchanges of attempts are only counted at their end, nothing else is
/// asked of it.
///
/// @param observer counts and records
public record AttemptEnds(ExchangeObserver observer) implements RequestHandler {
    @Override
    public void onRequest(Exchange exchange) {
        throw new IllegalStateException("an attempt asks nothing of the pipeline");
    }

    @Override
    public void onMalformed(Exchange exchange, Malformed reason) {
        throw new IllegalStateException("an attempt asks nothing of the pipeline");
    }

    @Override
    public void onHeadTimeout(Exchange exchange) {
        throw new IllegalStateException("an attempt asks nothing of the pipeline");
    }

    @Override
    public void onEnd(Exchange exchange) {
        observer.ended(exchange);
    }
}
