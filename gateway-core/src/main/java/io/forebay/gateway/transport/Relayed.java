package io.forebay.gateway.transport;

/// Which connections of a port are relayed as they are, instead of being read.
public enum Relayed {
    NONE,
    /// Those whose TLS handshake names a host of a listener that lets it pass through.
    BY_SERVER_NAME,
    ALL
}
