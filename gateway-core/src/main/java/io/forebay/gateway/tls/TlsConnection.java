package io.forebay.gateway.tls;

import org.jspecify.annotations.Nullable;

/// A finished handshake: fired down the pipeline once, as a user event, before any decrypted byte.
///
/// Immutable but for `peerTrust`, which the connection's event loop owns.
public final class TlsConnection {
    private final DownstreamTls listener;
    private final String applicationProtocol;
    private final String tlsVersion;
    private final String cipherSuite;
    private final @Nullable String serverName;
    private final boolean isResumed;
    private final boolean isRelayed;
    private final @Nullable PeerCertificate peer;
    private final PeerTrust peerTrust;

    TlsConnection(
            DownstreamTls listener,
            String applicationProtocol,
            String tlsVersion,
            String cipherSuite,
            @Nullable String serverName,
            boolean isResumed,
            boolean isRelayed,
            @Nullable PeerCertificate peer,
            PeerTrust peerTrust) {
        this.listener = listener;
        this.applicationProtocol = applicationProtocol;
        this.tlsVersion = tlsVersion;
        this.cipherSuite = cipherSuite;
        this.serverName = serverName;
        this.isResumed = isResumed;
        this.isRelayed = isRelayed;
        this.peer = peer;
        this.peerTrust = peerTrust;
    }

    /// `h2` or `http/1.1`; the latter also for a client that negotiated nothing.
    public String applicationProtocol() {
        return applicationProtocol;
    }

    /// `TLSv1.3` or `TLSv1.2`.
    public String tlsVersion() {
        return tlsVersion;
    }

    public String cipherSuite() {
        return cipherSuite;
    }

    /// The name in the client's hello, lower case; null when it sent none.
    public @Nullable String serverName() {
        return serverName;
    }

    /// Not known of hosts that are relayed.
    public boolean isResumed() {
        return isResumed;
    }

    /// Whether what follows is not HTTP but relayed as it is.
    public boolean isRelayed() {
        return isRelayed;
    }

    /// The client's validated certificate; null when it showed none.
    public @Nullable PeerCertificate peer() {
        return peer;
    }

    public PeerTrust peerTrust() {
        return peerTrust;
    }

    /// Whether `mayServe` has to be asked at all: false while every host of the listener asks the same of its
    /// clients.
    public boolean needsAuthorityCheck() {
        return !listener.table().hasOneTrust();
    }

    /// Whether a request for this host (the authority without its port) may travel on this connection: the host
    /// is served here and asks of clients what this connection's own host asks. If not, answer 421 (RFC 9110,
    /// 15.5.20).
    public boolean mayServe(String host) {
        TlsHostContext served = listener.table().pick(TlsHostTable.normalised(host));
        return served != null && served.trust().equals(peerTrust.acceptedBy());
    }
}
