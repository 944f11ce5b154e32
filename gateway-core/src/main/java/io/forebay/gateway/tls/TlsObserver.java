package io.forebay.gateway.tls;

/// Told of what happens to handshakes, for counters and the access log. Called on event loops; must not block
/// or throw.
public interface TlsObserver {
    TlsObserver NONE = new TlsObserver() {};

    /// Why a connection ended before its handshake did.
    enum Refusal {
        /// The bytes are no TLS record, or no hello that can be read.
        NOT_TLS,
        /// No host of the listener answers to the name in the hello.
        UNKNOWN_NAME,
        /// Not done within the handshake timeout.
        TIMEOUT,
        /// The client went away.
        ABANDONED,
        /// A session was resumed whose client is no longer trusted.
        PEER_NO_LONGER_TRUSTED,
        /// Anything BoringSSL refused: version, cipher, certificate, alert.
        HANDSHAKE
    }

    default void onHandshake(TlsConnection connection) {}

    /// The same of a QUIC connection.
    default void onQuicHandshake() {}

    default void onRefusal(Refusal refusal, String detail) {}
}
