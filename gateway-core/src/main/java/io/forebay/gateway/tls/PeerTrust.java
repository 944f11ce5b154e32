package io.forebay.gateway.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a connection would still be let in by what the listener believes *now*. One per connection, owned by
/// its event loop; ask at the start of each request, and close the connection (GOAWAY on HTTP/2) at the first
/// no.
///
/// The common case is one volatile read and two comparisons, without allocation. The chain is validated again
/// only when the listener's table changed in what it demands of this connection's host, or when a certificate
/// ran out. A no stays no.
public final class PeerTrust {
    private final DownstreamTls listener;
    private final @Nullable String serverName;
    private final @Nullable List<X509Certificate> chain;

    private ClientTrust acceptedBy;
    private long acceptedGeneration;
    private long validUntilMs;
    private boolean isEnded;

    private PeerTrust(
            DownstreamTls listener,
            @Nullable String serverName,
            @Nullable List<X509Certificate> chain,
            ClientTrust acceptedBy,
            long acceptedGeneration,
            long nowMs) {
        this.listener = listener;
        this.serverName = serverName;
        this.chain = chain;
        this.acceptedBy = acceptedBy;
        this.acceptedGeneration = acceptedGeneration;
        this.validUntilMs = validUntilMs(acceptedBy, nowMs);
    }

    /// For a peer that `trust`, of the table numbered `generation`, has just accepted.
    static PeerTrust accepted(
            DownstreamTls listener,
            @Nullable String serverName,
            @Nullable List<X509Certificate> chain,
            ClientTrust trust,
            long generation,
            long nowMs) {
        return new PeerTrust(listener, serverName, chain, trust, generation, nowMs);
    }

    /// Whether the next request of this connection may be served.
    ///
    /// @param nowMs wall clock, milliseconds since the epoch
    public boolean isStillTrusted(long nowMs) {
        boolean isUnchanged = listener.table().generation() == acceptedGeneration && nowMs <= validUntilMs;
        return !isEnded && (isUnchanged || recheck(nowMs));
    }

    /// What the host demanded when this connection was last accepted.
    ClientTrust acceptedBy() {
        return acceptedBy;
    }

    private boolean recheck(long nowMs) {
        TlsHostTable table = listener.table();
        TlsHostContext host = table.pick(serverName);
        if (host == null || !isAcceptedBy(host.trust(), nowMs)) {
            isEnded = true;
            return false;
        }
        acceptedBy = host.trust();
        acceptedGeneration = table.generation();
        validUntilMs = validUntilMs(acceptedBy, nowMs);
        return true;
    }

    private boolean isAcceptedBy(ClientTrust trust, long nowMs) {
        return (trust.equals(acceptedBy) && nowMs <= validUntilMs) || trust.admits(chain, nowMs);
    }

    private long validUntilMs(ClientTrust trust, long nowMs) {
        return chain == null ? Long.MAX_VALUE : trust.validUntilMs(chain, nowMs);
    }
}
