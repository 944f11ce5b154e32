package io.forebay.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.transport.Loops;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import io.forebay.policy.offload.CallbackRule;
import io.forebay.policy.offload.SigningKeys;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Receivers have to show who they are.
class WebhookTlsComponentTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] PASSWORD = new char[0];
    private final Validity day = Validity.from(Instant.now(), Duration.ofDays(1));

    private final Loops loops = new Loops(Transport.NIO, 1, DnsSettings.SYSTEM.provider(), RANDOM);
    private CertificateAuthority authority;
    private HttpsServer receiver;

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.create("hooks", day, RANDOM);
        receiver = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        receiver.setHttpsConfigurator(new HttpsConfigurator(
                server(authority.issueServer("localhost", List.of("localhost"), List.of(), day, RANDOM))));
        receiver.createContext("/", exchange -> {
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        loops.close();
    }

    private static SSLContext server(Credential credential) throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry("own", credential.key(), PASSWORD, credential.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, RANDOM);
        return context;
    }

    private String send(Supplier<SslContext> tls, String host) throws Exception {
        LoopContext loop = loops.contexts().getFirst();
        SigningKeys keys = SigningKeys.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        CallbackRule rule = new CallbackRule("default/callbacks", keys, List.of(), true, false);
        URI url = URI.create("https://" + host + ":" + receiver.getAddress().getPort() + "/hooks");
        CompletableFuture<String> end = new CompletableFuture<>();
        WebhookCall.Listener listener = new WebhookCall.Listener() {
            @Override
            public void answered(int status, String retryAfter) {
                end.complete("answered " + status);
            }

            @Override
            public void failed(String reason, boolean isFinal) {
                end.complete(reason);
            }
        };
        try (Webhooks webhooks = new Webhooks(List.of(loops.connector(loop)), tls)) {
            WebhookMessage message = new WebhookMessage("msg_1", "{}".getBytes(StandardCharsets.UTF_8));
            loop.eventLoop().execute(() -> webhooks.send(loop, url, message, rule, 5_000, listener));
            String said = end.get(30, TimeUnit.SECONDS);
            assertThat(webhooks.delivered()).isEqualTo(said.equals("answered 202") ? 1 : 0);
            assertThat(webhooks.failed()).isEqualTo(said.equals("answered 202") ? 0 : 1);
            return said;
        }
    }

    private SslContext trusting(CertificateAuthority trusted) {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(trusted.certificate())
                    .build();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReceiverOfAKnownAuthorityIsBelieved() throws Exception {
        assertThat(send(() -> trusting(authority), "localhost")).isEqualTo("answered 202");
    }

    @Test
    void oneOfAnotherAuthorityIsNot() throws Exception {
        CertificateAuthority other = CertificateAuthority.create("other", day, RANDOM);
        assertThat(send(() -> trusting(other), "localhost")).isEqualTo("tls-failed");
    }

    @Test
    void oneOfAnotherNameIsNot() throws Exception {
        assertThat(send(() -> trusting(authority), "127.0.0.1")).isEqualTo("tls-failed");
    }

    @Test
    void authoritiesThatCannotBeReadAreAFailureLikeAnother() throws Exception {
        assertThat(send(
                        () -> {
                            throw new IllegalStateException("no authorities");
                        },
                        "localhost"))
                .isEqualTo("tls-failed");
    }
}
