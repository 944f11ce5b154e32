package io.forebay.gateway.tls;

import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// TLS to one backend, made ready: whom to believe, what to show, which versions of HTTP to offer. The certificate is
/// always verified (RFC 9110 section 4.3.4): its chain, and the name or names that the policy expects. Immutable; used
/// by every loop; the native context is freed when nobody refers to it any more.
public final class UpstreamTls {
    private static final long HANDSHAKE_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(5);

    private final SslContext context;
    private final String serverName;

    private UpstreamTls(SslContext context, String serverName) {
        this.context = context;
        this.serverName = serverName;
    }

    /// A connection that ended before it could be used.
    public static final class HandshakeException extends IOException {
        private static final long serialVersionUID = 1L;

        public HandshakeException(String message) {
            super(message);
        }
    }

    /// Parses and checks the texts and builds the context; takes milliseconds.
    ///
    /// @throws TlsSettingsException if a text does not parse, or a key is not its certificate's
    public static UpstreamTls of(BackendTransport transport) throws TlsSettingsException {
        BackendTls tls = transport.tls();
        if (tls == null) {
            throw new IllegalArgumentException("no TLS is asked for");
        }
        try {
            return new UpstreamTls(context(tls, transport.http()), tls.serverName());
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsSettingsException("TLS to " + tls.serverName() + ": " + e.getMessage(), e);
        }
    }

    private static SslContext context(BackendTls tls, BackendTransport.Http http)
            throws GeneralSecurityException, IOException {
        X509ExtendedTrustManager authorities = authorities(tls.authoritiesPem());
        boolean isByAltName = !tls.subjectAltNames().isEmpty();
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                .ciphers(TlsHostContext.CIPHERS)
                .trustManager(isByAltName ? new AltNameTrust(authorities, tls.subjectAltNames()) : authorities)
                .endpointIdentificationAlgorithm(isByAltName ? null : "HTTPS")
                .applicationProtocolConfig(offered(http));
        BackendTls.Identity identity = tls.identity();
        if (identity != null) {
            List<X509Certificate> chain = Pem.certificates(identity.chainPem());
            PrivateKey key = TlsHostContext.keyOf(chain.getFirst(), identity.keyPem());
            builder.keyManager(key, chain);
        }
        return builder.build();
    }

    private static ApplicationProtocolConfig offered(BackendTransport.Http http) {
        List<String> names = switch (http) {
            case ANY -> List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
            case VERSION_1 -> List.of(ApplicationProtocolNames.HTTP_1_1);
            case VERSION_2 -> List.of(ApplicationProtocolNames.HTTP_2);
        };
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                names);
    }

    /// The authorities of the bundle, or the system's.
    private static X509ExtendedTrustManager authorities(@Nullable String pem)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore anchors = null;
        if (pem != null) {
            anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            int number = 0;
            for (X509Certificate authority : Pem.certificates(pem)) {
                anchors.setCertificateEntry("authority-" + number++, authority);
            }
        }
        factory.init(anchors);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /// A handler for one new connection.
    public SslHandler newHandler(ByteBufAllocator allocator, int port) {
        SslHandler handler = context.newHandler(allocator, serverName, port);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MS);
        return handler;
    }
}
