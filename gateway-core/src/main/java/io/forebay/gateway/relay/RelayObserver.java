package io.forebay.gateway.relay;

/// Told of relayed connections, on their loops; must not block or throw.
public interface RelayObserver {
    /// Tells nobody.
    RelayObserver NONE = new RelayObserver() {};

    default void onBegin() {}

    /// Once for each that began.
    default void onEnd(RelayedConnection connection) {}
}
