package io.forebay.gateway.http;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// An authority that lives for one test, its servers and its clients.
public final class TestCertificates {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] PASSWORD = new char[0];

    private final Instant now = Instant.now();
    private final CertificateAuthority authority;

    public TestCertificates() throws GeneralSecurityException {
        authority = CertificateAuthority.create("test", Validity.from(now, Duration.ofDays(2)), RANDOM);
    }

    public String pem() {
        return authority.credential().chainPem();
    }

    public TlsHost host(String hostname, ClientValidation clients) throws GeneralSecurityException {
        Credential server = authority.issueServer(
                hostname, List.of(hostname), List.of("127.0.0.1"), Validity.from(now, Duration.ofDays(1)), RANDOM);
        return new TlsHost(hostname, server.chainPem(), server.keyPem(), clients);
    }

    public Credential client(String name) throws GeneralSecurityException {
        return authority.issueClient(name, null, Validity.from(now, Duration.ofDays(1)), RANDOM);
    }

    /// What a server needs to show a certificate for `hostname`.
    public SSLContext server(String hostname) throws Exception {
        Credential server = authority.issueServer(
                hostname, List.of(hostname), List.of(), Validity.from(now, Duration.ofDays(1)), RANDOM);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry("server", server.key(), PASSWORD, server.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, RANDOM);
        return context;
    }

    /// The same for a server of Netty's.
    ///
    /// @param auth whether clients are to show a certificate of this authority
    /// @param protocols what ALPN may choose
    public SslContext server(String hostname, ClientAuth auth, String... protocols) throws Exception {
        TlsHost host = host(hostname, new ClientValidation.None());
        return SslContextBuilder.forServer(stream(host.certificateChainPem()), stream(host.privateKeyPem()))
                .trustManager(stream(pem()))
                .clientAuth(auth)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocols))
                .build();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// What a client needs to trust the servers, and to show `client` when it is not null.
    public SSLContext context(@Nullable Credential client) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        roots.setCertificateEntry("root", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        if (client != null) {
            own.setKeyEntry("client", client.key(), PASSWORD, client.chain().toArray(X509Certificate[]::new));
        }
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), RANDOM);
        return context;
    }
}
