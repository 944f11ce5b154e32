package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The end of a gateway under open connections, at rest and busy: each is closed to its last step before the loop that
/// it lives on ends. Netty warns of a step that comes too late.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ShutdownComponentTest {
    private static final int ROUNDS = 10;
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private final Queue<String> warnings = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(record.getMessage() + " " + record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void watch() {
        NETTY.addHandler(handler);
    }

    @AfterEach
    void end() {
        NETTY.removeHandler(handler);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closesEveryConnectionBeforeItsLoopEnds(Transport transport) throws Exception {
        TestCertificates certificates = new TestCertificates();
        TlsListenerSettings tls =
                TlsListenerSettings.of(List.of(certificates.host("localhost", new ClientValidation.None())));
        try (TestUpstream upstream = TestUpstream.of(wire -> {
            while (!wire.read().startLine().contains("/slow")) {
                wire.send(TestUpstream.OK);
            }
            wire.readRest();
        })) {
            for (int round = 0; round < ROUNDS; round++) {
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.transport(transport))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listenTls(tls);
                endUnder(gateway, certificates.context(null));
            }
        }
        assertThat(warnings).isEmpty();
    }

    private static void endUnder(TestGateway gateway, SSLContext tls) throws Exception {
        try (Wire busy = Wire.to(gateway.port, tls);
                Wire idle = Wire.to(gateway.port, tls)) {
            busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(idle.get("/").status()).isEqualTo(200);
            gateway.close();
        }
    }
}
