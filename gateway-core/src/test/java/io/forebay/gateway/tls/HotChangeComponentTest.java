package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.forebay.gateway.tls.TestPki.Authority;
import io.forebay.gateway.tls.TestPki.Identity;
import io.forebay.gateway.tls.TlsObserver.Refusal;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Settings replaced under live connections.
@ExtendWith(LeakWatch.class)
class HotChangeComponentTest {
    private static final Authority SERVERS = Authority.root("servers");
    private static final Authority CLIENTS = Authority.root("clients");
    private static final ClientValidation NONE = new ClientValidation.None();
    private static final ClientValidation REQUIRED = new ClientValidation.Required(CLIENTS.pem());

    private static TlsHost host(String name, String subject, ClientValidation validation) {
        Identity identity = TestPki.server(SERVERS, subject);
        return new TlsHost(name, identity.chainPem(), identity.keyPem(), validation);
    }

    private static String subjectOf(TlsClient.Connection connection) throws Exception {
        return connection.serverCertificate().getSubjectX500Principal().getName();
    }

    private static TlsHostContext contextOf(TlsServer server, String name) {
        TlsHostContext context = server.tls.table().pick(name);
        assertThat(context).isNotNull();
        return java.util.Objects.requireNonNull(context);
    }

    @Test
    void newConnectionSeesTheNewCertificateAndTheOldOneLivesOn() throws Exception {
        try (TlsServer server = TlsServer.serving(host("", "before", NONE));
                TlsClient.Connection old = new TlsClient(SERVERS, null).connect(server.port(), "a.example")) {
            old.readGreeting();
            TlsHostContext oldContext = contextOf(server, "a.example");
            assertThat(oldContext.references())
                    .as("the table and one connection")
                    .isEqualTo(2);

            server.update(host("", "after", NONE));

            try (TlsClient.Connection fresh = new TlsClient(SERVERS, null).connect(server.port(), "a.example")) {
                fresh.readGreeting();
                assertThat(subjectOf(fresh)).isEqualTo("CN=after");
            }
            assertThat(subjectOf(old)).isEqualTo("CN=before");
            assertThat(old.exchange("still here")).isEqualTo("still here");
            assertThat(oldContext.references()).as("one connection").isEqualTo(1);
            old.hangUp();
            await().atMost(30, TimeUnit.SECONDS).until(() -> oldContext.references() == 0);
        }
    }

    @Test
    void unchangedHostKeepsItsContext() throws Exception {
        TlsHost kept = host("kept.example", "kept", REQUIRED);
        try (TlsServer server = TlsServer.serving(kept, host("other.example", "before", NONE))) {
            TlsHostContext before = contextOf(server, "kept.example");
            TlsHostContext replaced = contextOf(server, "other.example");
            server.update(kept, host("other.example", "after", NONE));
            assertThat(contextOf(server, "kept.example")).isSameAs(before);
            assertThat(before.references()).isEqualTo(1);
            assertThat(replaced.references()).isZero();
        }
    }

    @Test
    void faultyUpdateLeavesEverythingAsItWas() throws Exception {
        try (TlsServer server = TlsServer.serving(host("", "before", NONE))) {
            TlsHost good = host("good.example", "good", NONE);
            TlsHost faulty = new TlsHost("bad.example", good.certificateChainPem(), "no key", NONE);
            assertThatExceptionOfType(TlsSettingsException.class)
                    .isThrownBy(() -> server.update(good, faulty))
                    .withMessage("host bad.example, private key: no PRIVATE KEY block");
            assertThat(server.tls.table().generation()).isEqualTo(1);
            try (TlsClient.Connection connection =
                    new TlsClient(SERVERS, null).connect(server.port(), "good.example")) {
                assertThat(subjectOf(connection)).isEqualTo("CN=before");
            }
        }
    }

    @Test
    void unrelatedChangeCostsAConnectionNothing() throws Exception {
        TlsHost bank = host("bank.example", "bank", REQUIRED);
        try (TlsServer server = TlsServer.serving(bank, host("", "before", NONE));
                TlsClient.Connection connection =
                        new TlsClient(SERVERS, CLIENTS.leaf("alice").issue()).connect(server.port(), "bank.example")) {
            connection.readGreeting();
            PeerTrust trust = server.accepted().peerTrust();
            server.update(bank, host("", "after", NONE));
            assertThat(trust.isStillTrusted(server.clockMs.get())).isTrue();
            assertThat(connection.exchange("ping")).isEqualTo("ping");
        }
    }

    @Test
    void askingAboutTrustAllocatesNothing() throws Exception {
        try (TlsServer server = TlsServer.serving(host("", "shop", REQUIRED))) {
            new TlsClient(SERVERS, CLIENTS.leaf("alice").issue()).visit(server.port(), "a.example");
            PeerTrust trust = server.accepted().peerTrust();
            long nowMs = server.clockMs.get();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long leastBytes = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long beforeBytes = threads.getCurrentThreadAllocatedBytes();
                boolean isTrusted = true;
                for (int request = 0; request < 10_000; request++) {
                    isTrusted &= trust.isStillTrusted(nowMs);
                }
                leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - beforeBytes);
                assertThat(isTrusted).isTrue();
            }
            assertThat(leastBytes).isLessThan(10_000);
        }
    }

    @Test
    void anonymousConnectionEndsWhenItsHostBeginsToRequireCertificates() throws Exception {
        Identity identity = TestPki.server(SERVERS, "shop");
        TlsHost open = new TlsHost("", identity.chainPem(), identity.keyPem(), NONE);
        TlsHost closed = new TlsHost("", identity.chainPem(), identity.keyPem(), REQUIRED);
        try (TlsServer server = TlsServer.serving(open)) {
            new TlsClient(SERVERS, null).visit(server.port(), "a.example");
            PeerTrust trust = server.accepted().peerTrust();
            server.update(closed);
            assertThat(trust.isStillTrusted(server.clockMs.get())).isFalse();
            server.update(open);
            assertThat(trust.isStillTrusted(server.clockMs.get()))
                    .as("a no stays no")
                    .isFalse();
        }
    }

    @Test
    void certificateThatRunsOutEndsItsConnection() throws Exception {
        long notAfterMs = System.currentTimeMillis() / 1000 * 1000 + TimeUnit.MINUTES.toMillis(5);
        Identity brief = CLIENTS.leaf("brief")
                .notAfter(java.time.Instant.ofEpochMilli(notAfterMs))
                .issue();
        try (TlsServer server = TlsServer.serving(host("", "shop", REQUIRED))) {
            new TlsClient(SERVERS, brief).visit(server.port(), "a.example");
            PeerTrust trust = server.accepted().peerTrust();
            assertThat(trust.isStillTrusted(notAfterMs)).isTrue();
            assertThat(trust.isStillTrusted(notAfterMs + 1)).isFalse();
        }
    }

    @Test
    void authorityThatRunsOutEndsItsConnections() throws Exception {
        long notAfterMs = System.currentTimeMillis() / 1000 * 1000 + TimeUnit.MINUTES.toMillis(5);
        Authority brief = Authority.root("brief", java.time.Instant.ofEpochMilli(notAfterMs));
        ClientValidation both = new ClientValidation.Required(brief.pem() + CLIENTS.pem());
        try (TlsServer server = TlsServer.serving(host("", "shop", both))) {
            new TlsClient(SERVERS, brief.leaf("alice").issue()).visit(server.port(), "a.example");
            PeerTrust ending = server.accepted().peerTrust();
            new TlsClient(SERVERS, CLIENTS.leaf("bob").issue()).visit(server.port(), "a.example");
            PeerTrust lasting = server.accepted().peerTrust();
            assertThat(ending.isStillTrusted(notAfterMs)).isTrue();
            assertThat(ending.isStillTrusted(notAfterMs + 1)).isFalse();
            assertThat(lasting.isStillTrusted(notAfterMs + 1)).isTrue();
        }
    }

    @Test
    void closedListenerRefusesNewConnectionsAndLetsOldOnesFinish() throws Exception {
        Identity alice = CLIENTS.leaf("alice").issue();
        try (TlsServer server = TlsServer.serving(host("", "shop", REQUIRED));
                TlsClient.Connection old = new TlsClient(SERVERS, alice).connect(server.port(), "a.example")) {
            old.readGreeting();
            TlsHostContext context = contextOf(server, "a.example");
            server.tls.close();
            assertThatIOException().isThrownBy(() -> new TlsClient(SERVERS, alice).visit(server.port(), "a.example"));
            assertThat(server.refused().refusal()).isEqualTo(Refusal.UNKNOWN_NAME);
            assertThat(old.exchange("last")).isEqualTo("last");
            old.hangUp();
            await().atMost(30, TimeUnit.SECONDS).until(() -> context.references() == 0);
        }
    }

    @Test
    void handshakesUnderConstantUpdatesAllSucceedAndNoContextIsLeftOver() throws Exception {
        TlsHost one = host("", "one", REQUIRED);
        TlsHost two = host("", "two", REQUIRED);
        List<TlsHostContext> contexts = new ArrayList<>();
        AtomicBoolean isDone = new AtomicBoolean();
        Identity alice = CLIENTS.leaf("alice").issue();
        try (TlsServer server = TlsServer.serving(one);
                ExecutorService visitors = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> visits = new ArrayList<>();
            for (int visitor = 0; visitor < 2; visitor++) {
                visits.add(visitors.submit(() -> {
                    int count = 0;
                    while (!isDone.get()) {
                        new TlsClient(SERVERS, alice).visit(server.port(), "a.example");
                        count++;
                    }
                    return count;
                }));
            }
            for (int update = 0; update < 50; update++) {
                server.update(update % 2 == 0 ? two : one);
                contexts.add(contextOf(server, "a.example"));
            }
            isDone.set(true);
            for (Future<Integer> visit : visits) {
                assertThat(visit.get(60, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(server.refusals).isEmpty();
            assertThat(server.tls.table().generation()).isEqualTo(51);
            server.tls.close();
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> contexts.stream().allMatch(context -> context.references() == 0));
        }
    }
}
