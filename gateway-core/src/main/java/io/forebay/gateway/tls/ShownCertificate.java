package io.forebay.gateway.tls;

import io.forebay.policy.ClientCertificate;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What policy is told of a client's certificate, and what a host would say of one that is shown to it.
public final class ShownCertificate {
    private ShownCertificate() {}

    /// A certificate that was accepted, in the words of policy.
    public static ClientCertificate of(PeerCertificate peer) {
        List<String> names = new ArrayList<>(peer.uris());
        names.remove(peer.spiffeId());
        names.addAll(peer.dnsNames());
        names.addAll(peer.emails());
        return new ClientCertificate(peer.spiffeId(), names, peer.subject(), peer.sha256());
    }

    /// What the handshake would make of a chain: the certificate, or null where none was shown and none is needed.
    ///
    /// @param chainPem the client's own certificate first; null for none
    /// @throws GeneralSecurityException the handshake fails; the message says why
    public static @Nullable ClientCertificate accept(ClientValidation validation, @Nullable String chainPem, long nowMs)
            throws GeneralSecurityException {
        ClientTrust trust = ClientTrust.of(validation);
        if (validation instanceof ClientValidation.None) {
            return null;
        }
        List<X509Certificate> chain = chainPem == null ? List.of() : Pem.certificates(chainPem);
        if (chain.isEmpty()) {
            if (!trust.admits(chain, nowMs)) {
                throw new GeneralSecurityException("the listener needs a client certificate, and none was shown");
            }
            return null;
        }
        trust.validate(chain, nowMs);
        return of(PeerCertificate.of(chain));
    }
}
