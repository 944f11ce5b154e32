package io.forebay.gateway.http;

/// Hears of each exchange when it is over, on its loop: counts it and records it.
@FunctionalInterface
public interface ExchangeObserver {
    /// The exchange may be reused after this returns: take what is to be kept.
    void ended(Exchange exchange);
}
