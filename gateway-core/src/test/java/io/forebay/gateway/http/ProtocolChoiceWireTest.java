package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.gateway.transport.Transport;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A cleartext port finds out by itself which version its client speaks.
@ExtendWith(LeakWatch.class)
class ProtocolChoiceWireTest {
    private final TestOrigin origin = new TestOrigin();

    @ParameterizedTest
    @EnumSource(Transport.class)
    void eachTransportServesBothVersions(Transport transport) throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(transport, origin)) {
            try (Http2TestClient client = Http2TestClient.connect(server.port())) {
                client.get(1, "/x");
                assertThat(client.answer(1).status()).isEqualTo(200);
            }
            assertThat(exchange(server, "GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "PRI", "PROPFIND", "P"})
    void http1IsRecognisedAtItsFirstDifferentByte(String method) throws Exception {
        String request = method + " /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        for (int cut = 1; cut < Math.min(request.length(), 16); cut++) {
            try (EdgeServer server = EdgeServer.cleartext(origin);
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                OutputStream out = socket.getOutputStream();
                out.write(request.substring(0, cut).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                server.onLoop(() -> true);
                out.write(request.substring(cut).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                assertThat(text(socket.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    @Test
    void prefaceMayComeByteByByte() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin);
                Http2TestClient client = Http2TestClient.silent(server.port())) {
            for (byte b : Http2TestClient.PREFACE.getBytes(StandardCharsets.US_ASCII)) {
                client.raw(new byte[] {b});
            }
            client.frame(Http2TestClient.SETTINGS, 0, 0);
            client.get(1, "/x");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void wrongPrefaceIsAnsweredAsHttp1() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin)) {
            assertThat(exchange(server, "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")).startsWith("HTTP/1.1 505 ");
        }
        assertThat(origin.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n"})
    void undecidedConnectionIsClosedInTime(String begun) throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 1);
            await().atMost(30, TimeUnit.SECONDS).until(() -> {
                long laterNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(begun.isEmpty() ? 61 : 11);
                server.onLoop(() -> {
                    server.loop().deadlines().sweep(laterNs);
                    return true;
                });
                return server.openConnections() == 0;
            });
        }
    }

    @Test
    void clientThatLeavesUndecidedLeavesNothing() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write('P');
                await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 1);
            }
            await().atMost(30, TimeUnit.SECONDS).until(() -> server.openConnections() == 0);
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> server.onLoop(() -> server.loop().deadlines().size()) == 0);
        }
    }

    private static String exchange(EdgeServer server, String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return text(socket.getInputStream());
        }
    }

    private static String text(InputStream in) throws Exception {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
