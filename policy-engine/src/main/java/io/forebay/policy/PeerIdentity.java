package io.forebay.policy;

import io.forebay.policy.token.TokenOutcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The other end of one downstream connection. Made by the edge after the handshake and used only on the loop that
/// owns the connection: it remembers the principal it last stood for, so that later requests create nothing.
public final class PeerIdentity {

    private static final TokenOutcome.Accepted ANONYMOUS = new TokenOutcome.Accepted(Principal.ANONYMOUS);

    private final String address;
    private final @Nullable ClientCertificate certificate;
    private final @Nullable String trustDomain;
    private @Nullable TenantRule lastTenantRule;
    private TokenOutcome.@Nullable Accepted lastOutcome;

    /// The peer of a new connection.
    ///
    /// @param address the peer's IP address as text, without port
    public PeerIdentity(String address, @Nullable ClientCertificate certificate) {
        this.address = Objects.requireNonNull(address, "address");
        this.certificate = certificate;
        this.trustDomain = certificate == null ? null : certificate.trustDomain();
    }

    public String address() {
        return address;
    }

    /// The certificate the peer proved, or null.
    public @Nullable ClientCertificate certificate() {
        return certificate;
    }

    /// The trust domain of the certificate's SPIFFE URI, or null.
    public @Nullable String trustDomain() {
        return trustDomain;
    }

    /// The principal the connection itself stands for: the certificate's name, or [Principal#ANONYMOUS].
    public TokenOutcome.Accepted outcome(TenantRule tenantRule) {
        if (certificate == null) {
            return ANONYMOUS;
        }
        TokenOutcome.Accepted known = lastOutcome;
        if (known == null || !tenantRule.equals(lastTenantRule)) {
            known = new TokenOutcome.Accepted(Principal.ofCertificate(certificate, tenantRule));
            lastOutcome = known;
            lastTenantRule = tenantRule;
        }
        return known;
    }
}
