package io.forebay.gateway.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Lets BoringSSL ask a `ClientTrust` during a full handshake, and leaves a mark in the session that it did.
///
/// A resumed handshake never comes here; it bears no mark, and its chain is validated after the handshake.
final class ClientTrustManager extends X509ExtendedTrustManager {
    private static final String VALIDATED_BY = "io.forebay.gateway.tls.validatedBy";

    private final ClientTrust trust;
    private final LongSupplier nowMs;

    ClientTrustManager(ClientTrust trust, LongSupplier nowMs) {
        this.trust = trust;
        this.nowMs = nowMs;
    }

    /// Whether this very handshake's certificate was validated against `trust`.
    static boolean hasValidated(ClientTrust trust, SSLSession session) {
        return trust.equals(session.getValue(VALIDATED_BY));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
        @Nullable SSLSession session = engine.getHandshakeSession();
        if (session != null) {
            session.putValue(VALIDATED_BY, trust);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.validate(List.of(chain), nowMs.getAsLong());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.hintedAuthorities();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side never validates servers");
    }
}
