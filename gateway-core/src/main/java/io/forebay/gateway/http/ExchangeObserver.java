package io.forebay.gateway.http;

/// Hears of each exchange when it begins and when it is over, on its loop: counts it and records it.
@FunctionalInterface
public interface ExchangeObserver {
    /// A client's exchange begins; nothing is known of it yet but its head.
    default void began(Exchange exchange) {}

    /// The exchange may be reused after this returns: take what is to be kept.
    void ended(Exchange exchange);
}
