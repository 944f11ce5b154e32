package io.forebay.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One host made ready to serve: the BoringSSL context with its parsed key, what it believes of clients, its
/// ticket keys. A host that is relayed has a context of the JDK instead: Netty's engine for BoringSSL writes nothing
/// any more once a client has said that it is done (close_notify), which TLS 1.3 lets it hear the rest after
/// (RFC 8446, section 6.1); that context makes and changes its ticket keys by itself, and none leaves it.
///
/// Reference counted: the table that lists the host holds one reference, each connection's engine another. The
/// native context is freed by whichever goes last; the JDK's is nobody's to free. Used from every event loop; the
/// table's owner alone calls `release`.
final class TlsHostContext {
    /// Forward secret and authenticated only; none of them is barred by RFC 9113, appendix A.
    static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    private static final long SESSION_LIFE_S = TimeUnit.MILLISECONDS.toSeconds(TicketKeys.ROTATION_MS);

    private final TlsHost host;
    private final List<String> applicationProtocols;
    private final ClientTrust trust;
    /// Null for the JDK's.
    private final @Nullable TicketKeys ticketKeys;

    private final SslContext context;
    private volatile int appliedKeysNumber = -1;

    private TlsHostContext(
            TlsHost host,
            List<String> applicationProtocols,
            ClientTrust trust,
            @Nullable TicketKeys ticketKeys,
            SslContext context) {
        this.host = host;
        this.applicationProtocols = applicationProtocols;
        this.trust = trust;
        this.ticketKeys = ticketKeys;
        this.context = context;
    }

    /// Parses and checks the host's texts and builds its context.
    ///
    /// @param before the same name's context of the table before, if any: its ticket keys are kept while
    ///     what it believes of clients is unchanged, so that a new certificate does not cost every client a
    ///     full handshake
    static TlsHostContext build(
            TlsHost host,
            List<String> applicationProtocols,
            @Nullable TlsHostContext before,
            String listener,
            LongSupplier nowMs,
            SecureRandom random)
            throws TlsSettingsException {
        ClientTrust trust = read(host, "client authorities", () -> ClientTrust.of(host.clientValidation()));
        List<X509Certificate> chain =
                read(host, "certificate chain", () -> Pem.certificates(host.certificateChainPem()));
        PrivateKey key = read(host, "private key", () -> keyOf(chain.getFirst(), host.privateKeyPem()));
        ClientTrustManager trustManager = new ClientTrustManager(trust, nowMs);
        try {
            if (host.isRelayed()) {
                SslContext context = jdkContext(chain, key, trustManager, trust);
                return new TlsHostContext(host, applicationProtocols, trust, null, context);
            }
            TicketKeys kept = before != null && before.trust.equals(trust) ? before.ticketKeys : null;
            TicketKeys ticketKeys = kept == null ? new TicketKeys(random, nowMs.getAsLong()) : kept;
            SslContext context = context(chain, key, applicationProtocols, trustManager, trust);
            TlsHostContext built = new TlsHostContext(host, applicationProtocols, trust, ticketKeys, context);
            built.openSessions(listener, nowMs.getAsLong());
            return built;
        } catch (SSLException e) {
            throw new TlsSettingsException("host " + host.label() + ": " + e.getMessage(), e);
        }
    }

    static {
        // In TLS 1.2 a client could have the loop do one handshake after the other. Read once, with the JDK's first use
        // of TLS, for which the flag stands among those of the process, too.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private static SslContext jdkContext(
            List<X509Certificate> chain, PrivateKey key, ClientTrustManager trustManager, ClientTrust trust)
            throws SSLException {
        return SslContextBuilder.forServer(key, chain)
                .sslProvider(SslProvider.JDK)
                .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                .ciphers(CIPHERS)
                .clientAuth(trust.demand())
                .trustManager(trustManager)
                .sessionTimeout(SESSION_LIFE_S)
                .build();
    }

    private static SslContext context(
            List<X509Certificate> chain,
            PrivateKey key,
            List<String> applicationProtocols,
            ClientTrustManager trustManager,
            ClientTrust trust)
            throws SSLException {
        return SslContextBuilder.forServer(key, chain)
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                .ciphers(CIPHERS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        applicationProtocols))
                .clientAuth(trust.demand())
                .trustManager(trustManager)
                .sessionTimeout(SESSION_LIFE_S)
                // Signing and validating run where they are called, on the loop. As tasks they would run there too
                // (the handler's executor is the caller), only with more turns through the engine.
                .option(OpenSslContextOption.USE_TASKS, false)
                .build();
    }

    /// Tickets carry the sessions; the server's own session cache is off, so there is no table to bound and
    /// nothing to forget when trust ends. The session id context makes BoringSSL itself refuse a session made
    /// elsewhere.
    private void openSessions(String listener, long nowMs) {
        OpenSslServerSessionContext sessions = (OpenSslServerSessionContext) context.sessionContext();
        sessions.setSessionCacheEnabled(false);
        sessions.setSessionIdContext(sessionIdContext(listener));
        applyTicketKeys(nowMs);
    }

    private byte[] sessionIdContext(String listener) {
        return Digests.sha256(
                (listener + '\n' + host.hostname() + '\n' + trust.identity()).getBytes(StandardCharsets.UTF_8));
    }

    /// An SSL handler on this context, or null when the context was freed meanwhile: look at the current table
    /// again.
    @Nullable
    SslHandler newHandler(ByteBufAllocator allocator, long nowMs) {
        try {
            ReferenceCountUtil.retain(context);
        } catch (IllegalReferenceCountException freed) {
            return null;
        }
        try {
            applyTicketKeys(nowMs);
            return context.newHandler(allocator);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    private void applyTicketKeys(long nowMs) {
        TicketKeys.Generation keys = ticketKeys == null ? null : ticketKeys.at(nowMs);
        if (keys != null && appliedKeysNumber < keys.number()) {
            applyTicketKeys(keys);
        }
    }

    private synchronized void applyTicketKeys(TicketKeys.Generation keys) {
        if (appliedKeysNumber < keys.number()) {
            ((OpenSslServerSessionContext) context.sessionContext()).setTicketKeys(keys.inOrder());
            appliedKeysNumber = keys.number();
        }
    }

    boolean serves(TlsHost host, List<String> applicationProtocols) {
        return this.host.equals(host) && this.applicationProtocols.equals(applicationProtocols);
    }

    TlsHost host() {
        return host;
    }

    ClientTrust trust() {
        return trust;
    }

    void release() {
        ReferenceCountUtil.release(context);
    }

    /// -1 for a context of the JDK.
    int references() {
        return ReferenceCountUtil.refCnt(context);
    }

    static PrivateKey keyOf(X509Certificate leaf, String pem) throws GeneralSecurityException {
        String algorithm = leaf.getPublicKey().getAlgorithm();
        String signing = switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default ->
                throw new GeneralSecurityException("keys of type " + algorithm + " are not served; use RSA or EC");
        };
        PrivateKey key = Pem.privateKey(pem, algorithm);
        byte[] probe = leaf.getEncoded();
        Signature signature = Signature.getInstance(signing);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(leaf.getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not the first certificate's");
        }
        return key;
    }

    private interface Reading<T> {
        T read() throws GeneralSecurityException;
    }

    private static <T> T read(TlsHost host, String what, Reading<T> reading) throws TlsSettingsException {
        try {
            return reading.read();
        } catch (GeneralSecurityException e) {
            throw new TlsSettingsException("host " + host.label() + ", " + what + ": " + e.getMessage(), e);
        }
    }
}
