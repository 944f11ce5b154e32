package io.forebay.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The other end of one downstream connection. Made by the edge after the handshake and used only on the loop that
/// owns the connection: it remembers the principal it last stood for, so that later requests create nothing.
public final class PeerIdentity {

    private final String address;
    private final @Nullable ClientCertificate certificate;
    private @Nullable TenantRule lastTenantRule;
    private @Nullable Principal lastPrincipal;

    /// The peer of a new connection.
    ///
    /// @param address the peer's IP address as text, without port
    public PeerIdentity(String address, @Nullable ClientCertificate certificate) {
        this.address = Objects.requireNonNull(address, "address");
        this.certificate = certificate;
    }

    public String address() {
        return address;
    }

    /// The certificate the peer proved, or null.
    public @Nullable ClientCertificate certificate() {
        return certificate;
    }

    /// The principal the connection itself stands for: the certificate's name, or [Principal#ANONYMOUS].
    public Principal principal(TenantRule tenantRule) {
        if (certificate == null) {
            return Principal.ANONYMOUS;
        }
        Principal known = lastPrincipal;
        if (known == null || !tenantRule.equals(lastTenantRule)) {
            known = Principal.ofCertificate(certificate, tenantRule);
            lastPrincipal = known;
            lastTenantRule = tenantRule;
        }
        return known;
    }
}
