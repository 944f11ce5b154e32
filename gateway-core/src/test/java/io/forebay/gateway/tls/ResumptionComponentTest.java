package io.forebay.gateway.tls;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.forebay.gateway.tls.TestPki.Authority;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TicketCarrier.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions come back where they were made and nowhere else.
@ExtendWith(LeakWatch.class)
class ResumptionComponentTest {
    private static final Authority SERVERS = Authority.root("servers");
    private static final Authority BANK = Authority.root("bank clients");
    private static final Authority SHOP = Authority.root("shop clients");
    private static final Identity CERTIFICATE = TestPki.server(SERVERS, "example");
    private static final Identity BANK_CLIENT = BANK.leaf("alice").issue();
    private static final Identity SHOP_CLIENT = SHOP.leaf("bob").issue();

    private static TlsHost host(String name, ClientValidation validation) {
        return new TlsHost(name, CERTIFICATE.chainPem(), CERTIFICATE.keyPem(), validation);
    }

    private static ClientValidation required(Authority... authorities) {
        StringBuilder pem = new StringBuilder();
        for (Authority authority : authorities) {
            pem.append(authority.pem());
        }
        return new ClientValidation.Required(pem.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessionResumesOnItsHostAndKeepsThePeer(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("bank.example", required(BANK)))) {
            TlsClient client = new TlsClient(SERVERS, BANK_CLIENT).version(version);
            try (TlsClient.Connection first = client.connect(server.port(), "bank.example")) {
                first.readGreeting();
                first.session().putValue("mark", "first");
            }
            assertThat(server.accepted().isResumed()).isFalse();

            try (TlsClient.Connection second = client.connect(server.port(), "bank.example")) {
                second.readGreeting();
                assertThat(second.session().getValue("mark"))
                        .as("the client's own view")
                        .isEqualTo("first");
            }
            TlsConnection resumed = server.accepted();
            assertThat(resumed.isResumed()).isTrue();
            assertThat(resumed.tlsVersion()).isEqualTo(version);
            PeerCertificate peer = requireNonNull(resumed.peer());
            assertThat(peer.subject()).isEqualTo("CN=alice");
            assertThat(peer.chain()).startsWith(BANK_CLIENT.leaf());
        }
    }

    /// The control of the tests below: the client does offer the ticket it got under another name.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ticketCarriedToAnotherNameOfTheSameHostResumes(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("*.example", required(BANK)));
                TicketCarrier client = new TicketCarrier(version, SERVERS, BANK_CLIENT)) {
            assertThat(client.visit(server.port(), "one.example")).isEqualTo(new Outcome(true, false));
            assertThat(client.visit(server.port(), "two.example")).isEqualTo(new Outcome(true, true));
            assertThat(server.accepted().serverName()).isEqualTo("one.example");
            TlsConnection second = server.accepted();
            assertThat(second.serverName()).isEqualTo("two.example");
            assertThat(second.isResumed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ticketOfOneHostIsWorthlessOnAHostWithOtherAuthorities(String version) throws Exception {
        try (TlsServer server =
                        TlsServer.serving(host("shop.example", required(SHOP)), host("bank.example", required(BANK)));
                TicketCarrier client = new TicketCarrier(version, SERVERS, SHOP_CLIENT)) {
            assertThat(client.visit(server.port(), "shop.example")).isEqualTo(new Outcome(true, false));
            assertThat(server.accepted().serverName()).isEqualTo("shop.example");

            assertThat(client.visit(server.port(), "bank.example").isGreeted()).isFalse();
            assertThat(server.refused().refusal())
                    .as("a full handshake, and its certificate refused")
                    .isEqualTo(TlsObserver.Refusal.HANDSHAKE);
            assertThat(server.acceptedSoFar()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anonymousTicketOfAnOptionalHostIsWorthlessOnARequiringOne(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(
                        host("lax.example", new ClientValidation.IfPresented(BANK.pem())),
                        host("bank.example", required(BANK)));
                TicketCarrier client = new TicketCarrier(version, SERVERS, null)) {
            assertThat(client.visit(server.port(), "lax.example")).isEqualTo(new Outcome(true, false));
            assertThat(server.accepted().peer()).isNull();

            assertThat(client.visit(server.port(), "bank.example").isGreeted()).isFalse();
            assertThat(server.acceptedSoFar()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sameAuthoritiesOnTwoHostsMeanAFullHandshakeNotAFailure(String version) throws Exception {
        try (TlsServer server =
                        TlsServer.serving(host("a.example", required(BANK)), host("b.example", required(BANK)));
                TicketCarrier client = new TicketCarrier(version, SERVERS, BANK_CLIENT)) {
            assertThat(client.visit(server.port(), "a.example")).isEqualTo(new Outcome(true, false));
            assertThat(client.visit(server.port(), "b.example")).isEqualTo(new Outcome(true, false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void removedAuthorityEndsItsSessions(String version) throws Exception {
        try (TlsServer server = TlsServer.serving(host("bank.example", required(BANK, SHOP)))) {
            TlsClient removed = new TlsClient(SERVERS, SHOP_CLIENT).version(version);
            TlsClient kept = new TlsClient(SERVERS, BANK_CLIENT).version(version);
            try (TlsClient.Connection open = removed.connect(server.port(), "bank.example")) {
                open.readGreeting();
                PeerTrust ending = server.accepted().peerTrust();
                try (TlsClient.Connection openKept = kept.connect(server.port(), "bank.example")) {
                    openKept.readGreeting();
                    PeerTrust lasting = server.accepted().peerTrust();
                    assertThat(open.exchange("before")).isEqualTo("before");

                    server.update(host("bank.example", required(BANK)));

                    assertThat(openKept.exchange("after")).isEqualTo("after");
                    assertThat(readOrClosed(open)).isNull();
                    long nowMs = server.clockMs.get();
                    assertThat(ending.isStillTrusted(nowMs)).isFalse();
                    assertThat(lasting.isStillTrusted(nowMs)).isTrue();
                }
            }

            assertRefused(removed, server, "bank.example");
            assertThat(server.acceptedSoFar()).isNull();
            kept.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed())
                    .as("tickets of the old bundle")
                    .isFalse();
            kept.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed())
                    .as("tickets of the new bundle")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumedSessionWhoseCertificateRanOutIsRefused(String version) throws Exception {
        Instant notAfter = Instant.now().plus(Duration.ofMinutes(10));
        Identity brief = BANK.leaf("brief").notAfter(notAfter).issue();
        try (TlsServer server = TlsServer.serving(host("bank.example", required(BANK)))) {
            TlsClient client = new TlsClient(SERVERS, brief).version(version);
            client.visit(server.port(), "bank.example");
            server.accepted();
            client.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed()).isTrue();

            server.clockMs.set(notAfter.plusSeconds(5).toEpochMilli());
            assertRefused(client, server, "bank.example");
            assertThat(server.refused().refusal()).isEqualTo(TlsObserver.Refusal.PEER_NO_LONGER_TRUSTED);
            assertThat(server.acceptedSoFar()).isNull();
        }
    }

    @Test
    void ticketSurvivesOneKeyChangeAndNotTwo() throws Exception {
        try (TlsServer server = TlsServer.serving(host("bank.example", required(BANK)))) {
            long startMs = server.clockMs.get();
            TlsClient early = new TlsClient(SERVERS, BANK_CLIENT).version("TLSv1.2");
            early.visit(server.port(), "bank.example");
            server.accepted();

            server.clockMs.set(startMs + TimeUnit.MINUTES.toMillis(61));
            early.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed())
                    .as("sealed by the key before")
                    .isTrue();

            TlsClient late = new TlsClient(SERVERS, BANK_CLIENT).version("TLSv1.2");
            late.visit(server.port(), "bank.example");
            server.accepted();
            server.clockMs.set(startMs + TimeUnit.MINUTES.toMillis(61 + 121));
            late.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed()).as("two changes old").isFalse();
        }
    }

    @Test
    void newServerCertificateKeepsTheSessionsOfItsHost() throws Exception {
        Identity renewed = TestPki.server(SERVERS, "bank.example");
        try (TlsServer server = TlsServer.serving(host("bank.example", required(BANK)))) {
            TlsClient client = new TlsClient(SERVERS, BANK_CLIENT);
            client.visit(server.port(), "bank.example");
            server.accepted();
            server.update(new TlsHost("bank.example", renewed.chainPem(), renewed.keyPem(), required(BANK)));
            client.visit(server.port(), "bank.example");
            assertThat(server.accepted().isResumed()).isTrue();
        }
    }

    private static void assertRefused(TlsClient client, TlsServer server, String serverName) {
        assertThatIOException().isThrownBy(() -> client.visit(server.port(), serverName));
    }

    private static @Nullable String readOrClosed(TlsClient.Connection connection) {
        try {
            return connection.exchange("after");
        } catch (IOException closed) {
            return null;
        }
    }
}
