package io.forebay.gateway.tls;

import io.forebay.mesh.BackendTls.SubjectAltName;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Believes a server whose chain some authority vouches for and whose certificate bears one of the expected names, as
/// BackendTLSPolicy's `subjectAltNames` has it (RFC 5280 section 4.2.1.6). Called on event loops.
final class AltNameTrust extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;

    private final X509ExtendedTrustManager authorities;
    private final List<SubjectAltName> expected;

    AltNameTrust(X509ExtendedTrustManager authorities, List<SubjectAltName> expected) {
        this.authorities = authorities;
        this.expected = List.copyOf(expected);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, engine);
        checkNames(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        checkNames(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, socket);
        checkNames(chain[0]);
    }

    private void checkNames(X509Certificate server) throws CertificateException {
        Collection<List<?>> borne = server.getSubjectAlternativeNames();
        if (borne != null) {
            for (List<?> name : borne) {
                if (isExpected(name.get(0), name.get(1))) {
                    return;
                }
            }
        }
        throw new CertificateException("the certificate bears none of the expected names " + expected);
    }

    private boolean isExpected(@Nullable Object type, @Nullable Object value) {
        if (!(type instanceof Integer kind) || !(value instanceof String text)) {
            return false;
        }
        for (SubjectAltName name : expected) {
            boolean isIt = switch (name) {
                case SubjectAltName.Dns(String dns) -> kind == DNS_NAME && dns.equalsIgnoreCase(text);
                case SubjectAltName.Uri(String uri) -> kind == URI_NAME && uri.equals(text);
            };
            if (isIt) {
                return true;
            }
        }
        return false;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noClients();
    }

    private static CertificateException noClients() {
        return new CertificateException("this side is the client");
    }
}
