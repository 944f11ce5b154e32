package io.forebay.perf.load;

import io.netty.handler.ssl.OpenSsl;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What all TLS connections of a run share: TLS 1.3 alone, the client certificate if there is one, no session reuse.
/// The server's certificate is not checked: the generator measures on loopback, it sends nothing secret.
final class TlsClient implements AutoCloseable {
    private static final long NONE = 0;

    private final long context;
    private long chain = NONE;
    private long key = NONE;

    /// @param certificate PEM of the client certificate and its chain, or null for none
    /// @param privateKey PEM of its private key, or null for none
    /// @param protocol the one protocol that is offered by ALPN (RFC 7301), or null for no ALPN
    /// @throws IOException when BoringSSL is not available or refuses the files
    TlsClient(@Nullable Path certificate, @Nullable Path privateKey, @Nullable String protocol) throws IOException {
        OpenSsl.ensureAvailability();
        try {
            context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_CLIENT);
            SSLContext.setMode(
                    context,
                    SSLContext.getMode(context)
                            | SSL.SSL_MODE_ENABLE_PARTIAL_WRITE
                            | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
            // BoringSSL fails the handshake on its own verdict unless somebody else gives one.
            SSLContext.setVerify(context, SSL.SSL_CVERIFY_REQUIRED, 1);
            SSLContext.setCertVerifyCallback(context, new Unchecked());
            if (protocol != null) {
                SSLContext.setAlpnProtos(
                        context, new String[] {protocol}, SSL.SSL_SELECTOR_FAILURE_CHOOSE_MY_LAST_PROTOCOL);
            }
            if (certificate != null && privateKey != null) {
                chain = parsed(certificate, SSL::parseX509Chain);
                key = parsed(privateKey, bio -> SSL.parsePrivateKey(bio, null));
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) { // tcnative declares nothing narrower
            throw new IOException("TLS client: " + e.getMessage(), e);
        }
    }

    private static final class Unchecked extends CertificateVerifier {
        @Override
        public int verify(long session, byte[][] certificates, String algorithm) {
            return X509_V_OK;
        }
    }

    private interface Parser {
        long parse(long bio) throws Exception;
    }

    private static long parsed(Path pem, Parser parser) throws Exception {
        byte[] bytes = Files.readAllBytes(pem);
        long bio = SSL.newMemBIO();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            if (SSL.bioWrite(bio, copy.address(), bytes.length) != bytes.length) {
                throw new IOException("no memory for " + pem);
            }
            return parser.parse(bio);
        } finally {
            SSL.freeBIO(bio);
        }
    }

    /// A new client session that presents the certificate; freed by its wire.
    long newSession() throws IOException {
        long session = SSL.newSSL(context, false);
        if (chain != NONE) {
            try {
                SSL.setKeyMaterial(session, chain, key);
            } catch (Exception e) { // tcnative declares nothing narrower
                SSL.freeSSL(session);
                throw new IOException("client certificate: " + e.getMessage(), e);
            }
        }
        return session;
    }

    @Override
    public void close() {
        if (chain != NONE) {
            SSL.freeX509Chain(chain);
        }
        if (key != NONE) {
            SSL.freePrivateKey(key);
        }
        SSLContext.free(context);
    }
}
