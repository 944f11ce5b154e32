package io.forebay.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/// What the authority issues, used for what it is for: a mutual handshake between two engines in memory.
class MutualHandshakeTest {
    private final Validity day = Validity.from(Instant.now(), Duration.ofDays(1));
    private static final ServiceIdentity COOK = ServiceIdentity.parse("spiffe://example/kitchen/cook");
    private static final int ROUNDS_MAX = 100;
    private static final char[] NO_PASSWORD = {};

    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", day, random);
    private final Credential server =
            authority.issueServer("edge", List.of("edge.example"), List.of("127.0.0.1"), day, random);

    MutualHandshakeTest() throws GeneralSecurityException {}

    private SSLContext context(Credential own) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, NO_PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), random);
        return context;
    }

    private SSLEngine clientOf(Credential own, String host) throws GeneralSecurityException, IOException {
        SSLEngine client = context(own).createSSLEngine(host, 443);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        return client;
    }

    private SSLEngine serverEngine() throws GeneralSecurityException, IOException {
        SSLEngine engine = context(server).createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        for (int round = 0; round < ROUNDS_MAX && !(isDone(client) && isDone(server)); round++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        assertThat(isDone(client) && isDone(server)).isTrue();
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && !engine.getSession().getProtocol().equals("NONE");
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        engine.wrap(ByteBuffer.allocate(0), out);
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(1 << 15));
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Test
    void aClientWithASpiffeNameIsKnownByItAfterTheHandshake() throws GeneralSecurityException, IOException {
        SSLEngine serverEngine = serverEngine();
        shakeHands(clientOf(authority.issueClient("cook", COOK, day, random), "edge.example"), serverEngine);
        X509Certificate peer = (X509Certificate) serverEngine.getSession().getPeerCertificates()[0];
        assertThat(ServiceIdentity.of(peer)).isEqualTo(COOK);
    }

    @Test
    void theServerIsReachedByItsAddressToo() throws GeneralSecurityException, IOException {
        shakeHands(clientOf(authority.issueClient("cook", COOK, day, random), "127.0.0.1"), serverEngine());
    }

    @Test
    void anotherHostNameIsRefused() throws GeneralSecurityException, IOException {
        SSLEngine client = clientOf(authority.issueClient("cook", COOK, day, random), "other.example");
        SSLEngine serverEngine = serverEngine();
        assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> shakeHands(client, serverEngine));
    }

    @Test
    void aClientOfAnotherAuthorityIsRefused() throws GeneralSecurityException, IOException {
        CertificateAuthority stranger = CertificateAuthority.create("Stranger", day, random);
        SSLEngine client = clientOf(stranger.issueClient("cook", COOK, day, random), "edge.example");
        SSLEngine serverEngine = serverEngine();
        assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> shakeHands(client, serverEngine));
    }

    @Test
    void aServerCertificateDoesNotServeAsAClient() throws GeneralSecurityException, IOException {
        SSLEngine client = clientOf(server, "edge.example");
        SSLEngine serverEngine = serverEngine();
        assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(() -> shakeHands(client, serverEngine));
    }
}
