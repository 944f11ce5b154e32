package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.EdgeServer;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What becomes of clients that a drain finds before they have said anything: the first request may be on its way.
@ExtendWith(LeakWatch.class)
class DrainOfNewConnectionsTest {
    private static final String REQUEST = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi";

    private final TestOrigin origin = new TestOrigin();

    /// A connection that the server has accepted, and told of the drain.
    private static Socket drained(EdgeServer server) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 1);
        server.stopAccepting();
        server.drain();
        server.onLoop(() -> true); // it has been told
        return socket;
    }

    private EdgeServer tls(TestCertificates certificates) throws Exception {
        return EdgeServer.tls(
                origin, TlsListenerSettings.of(List.of(certificates.host("localhost", new ClientValidation.None()))));
    }

    @Test
    void firstRequestIsAnsweredAndTheLast() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin);
                Http1TestClient client = new Http1TestClient(drained(server))) {
            client.send(REQUEST);
            assertThat(client.answer("POST").isLast()).isTrue();
            assertThat(client.endsOrderly()).isTrue();
        }
        assertThat(TestOrigin.awaited(origin.requests).path()).isEqualTo("/x");
    }

    @Test
    void firstStreamIsAnsweredAfterAGoAway() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin);
                Http2TestClient client = Http2TestClient.over(drained(server))) {
            client.begin(1 << 20);
            client.get(1, "/x");
            assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void handshakeIsMadeAndTheFirstRequestAnswered() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (EdgeServer server = tls(certificates);
                SSLSocket socket = (SSLSocket) certificates
                        .context(null)
                        .getSocketFactory()
                        .createSocket(drained(server), "localhost", server.port(), true);
                Http1TestClient client = new Http1TestClient(socket)) {
            SSLParameters named = socket.getSSLParameters();
            named.setServerNames(List.of(new SNIHostName("localhost")));
            socket.setSSLParameters(named);
            client.send(REQUEST);
            assertThat(client.answer("POST").isLast()).isTrue();
        }
    }

    @Test
    void clientThatSaysNothingIsNotWaitedFor() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin);
                Socket silent = drained(server)) {
            assertThat(silent.getInputStream().read()).isNegative();
        }
        try (EdgeServer server = tls(new TestCertificates());
                Socket silent = drained(server)) {
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }

    @Test
    void clientThatWasAcceptedMeanwhileIsAnsweredOnce() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin)) {
            server.drain();
            try (Http1TestClient client = new Http1TestClient(server.port())) {
                client.send(REQUEST);
                assertThat(client.answer("POST").isLast()).isTrue();
                assertThat(client.endsOrderly()).isTrue();
            }
        }
    }
}
