package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.policy.ClientTraffic;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a ClientTrafficPolicy asks of connections that are read.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ClientTrafficComponentTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final ClientTraffic NARROW =
            traffic(new ClientTraffic.Http2(2, 65_535, 131_072), ClientTraffic.Timeouts.DEFAULT);

    private final TestOrigin origin = new TestOrigin();

    private static ClientTraffic traffic(ClientTraffic.Http2 http2, ClientTraffic.Timeouts timeouts) {
        return new ClientTraffic(null, false, ClientTraffic.ConnectionLimit.NONE, http2, timeouts);
    }

    private static ClientTraffic patience(long requestSeconds, long idleSeconds, long bytesPerSecond) {
        return traffic(
                ClientTraffic.Http2.DEFAULT,
                new ClientTraffic.Timeouts(requestSeconds * SECOND_NS, idleSeconds * SECOND_NS, bytesPerSecond));
    }

    private static void sweepIn(EdgeServer server, long seconds) {
        server.onLoop(() -> {
            server.loop().deadlines().sweep(System.nanoTime() + seconds * SECOND_NS);
            return true;
        });
    }

    private static Socket post(EdgeServer server) throws Exception {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout(30_000);
        client.getOutputStream()
                .write("POST /hold HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 100000\r\n\r\nx"
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    @Test
    void settingsTellTheClientAndTheStreamBeyondIsRefused() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, NARROW);
                Http2TestClient client = Http2TestClient.silent(server.port())) {
            client.raw(Http2TestClient.PREFACE.getBytes(StandardCharsets.US_ASCII));
            client.frame(Http2TestClient.SETTINGS, 0, 0);
            byte[] settings = client.await(Http2TestClient.SETTINGS, 0).payload();
            assertThat(setting(settings, 3)).isEqualTo(2);
            assertThat(setting(settings, 4)).isEqualTo(65_535);
            assertThat(client.await(Http2TestClient.WINDOW_UPDATE, 0).payload())
                    .isEqualTo(Http2TestClient.fourBytes(131_072 - 65_535));
            client.get(1, "/hold");
            client.get(3, "/hold");
            client.get(5, "/hold");
            assertThat(client.answer(5).resetCode()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
            await().until(() -> origin.held.size() == 2);
        }
    }

    /// RFC 9113 section 6.5.1: two bytes of name, four of value.
    private static int setting(byte[] settings, int name) {
        ByteBuffer left = ByteBuffer.wrap(settings);
        while (left.hasRemaining()) {
            int found = left.getShort();
            int value = left.getInt();
            if (found == name) {
                return value;
            }
        }
        return -1;
    }

    @Test
    void idleConnectionsGoWhenThePolicySays() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, patience(0, 300, 0));
                Http2TestClient two = Http2TestClient.connect(server.port());
                Socket one = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            two.get(1, "/x");
            assertThat(two.answer(1).status()).isEqualTo(200);
            one.getOutputStream().write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(one.getInputStream().read()).isPositive();
            await().until(() -> origin.ended.size() == 2);
            sweepIn(server, 290);
            assertThat(server.openConnections()).isEqualTo(2);
            sweepIn(server, 310);
            await().until(() -> server.openConnections() == 0);
        }
    }

    @Test
    void slowBodyIsGivenUp() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, patience(0, 60, 1_000));
                Http2TestClient two = Http2TestClient.connect(server.port());
                Socket one = post(server)) {
            origin.awaitHeld();
            two.post(1, "/hold");
            origin.awaitHeld();
            two.data(1, false, new byte[] {1});
            await().until(() -> origin.consumed.get() == 2);
            sweepIn(server, 9);
            assertThat(origin.ended).isEmpty();
            sweepIn(server, 11);
            assertThat(origin.awaitEnd().reason()).isEqualTo("client-timeout");
            assertThat(origin.awaitEnd().reason()).isEqualTo("client-timeout");
            assertThat(two.answer(1).resetCode()).isEqualTo((int) Http2Error.CANCEL.code());
            assertThat(one.getInputStream().read()).isNegative();
        }
    }

    @Test
    void bodyThatComesAtTheRateIsNot() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, patience(0, 60, 1_000));
                Socket one = post(server)) {
            origin.awaitHeld();
            one.getOutputStream().write(new byte[10_000]);
            await().until(() -> origin.consumed.get() == 10_001);
            sweepIn(server, 11);
            assertThat(origin.ended).isEmpty();
        }
    }

    /// As much as one stream may send ahead.
    private static void fill(Http2TestClient client, int streamId) throws Exception {
        for (int left = 65_535; left > 0; left -= 16_384) {
            client.data(streamId, false, new byte[Math.min(left, 16_384)]);
        }
    }

    @Test
    void pausedUploadDoesNotHoldUpTheOthers() throws Exception {
        ClientTraffic.Http2 narrow = new ClientTraffic.Http2(10, 65_535, 65_535);
        try (EdgeServer server = EdgeServer.cleartext(origin, traffic(narrow, ClientTraffic.Timeouts.DEFAULT));
                Http2TestClient client = Http2TestClient.connect(server.port())) {
            client.post(1, "/pause");
            Exchange paused = origin.awaitHeld();
            fill(client, 1);
            assertThat(client.await(Http2TestClient.WINDOW_UPDATE, 0).payload())
                    .isEqualTo(Http2TestClient.fourBytes(32_768));
            for (int stream = 3; stream < 13; stream += 2) {
                client.post(stream, "/echo");
                client.data(stream, false, new byte[16_000]);
                client.data(stream, true, new byte[16_000]);
                assertThat(client.answer(stream).body()).hasSize(32_000);
                client.windowUpdate(0, 32_000);
            }
            // Once it goes on, what it held is taken, and the window is what the policy says.
            server.onLoop(() -> {
                paused.readBody(true);
                return true;
            });
            await().until(() -> origin.consumed.get() == 5 * 32_000 + 65_535);
            client.data(1, true, new byte[1]);
            await().until(() -> origin.consumed.get() == 5 * 32_000 + 65_536);
        }
    }

    @Test
    void whoCannotSendForTheWindowIsNotSlow() throws Exception {
        ClientTraffic.Http2 narrow = new ClientTraffic.Http2(10, 65_535, 65_535);
        ClientTraffic.Timeouts fast = new ClientTraffic.Timeouts(0, 60 * SECOND_NS, 1_000);
        try (EdgeServer server = EdgeServer.cleartext(origin, traffic(narrow, fast));
                Http2TestClient client = Http2TestClient.connect(server.port())) {
            client.post(1, "/pause");
            Exchange paused = origin.awaitHeld();
            client.post(3, "/pause");
            origin.awaitHeld();
            client.post(5, "/hold");
            origin.awaitHeld();
            fill(client, 1);
            client.await(Http2TestClient.WINDOW_UPDATE, 0);
            client.data(3, false, new byte[16_384]);
            client.data(3, false, new byte[16_384]);
            client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
            client.await(Http2TestClient.PING, 0);
            sweepIn(server, 5);
            sweepIn(server, 11);
            sweepIn(server, 70);
            assertThat(origin.ended).isEmpty();
            server.onLoop(() -> {
                paused.readBody(true);
                return true;
            });
            client.await(Http2TestClient.WINDOW_UPDATE, 0);
            // It may send now, and is counted from when it could.
            sweepIn(server, 9);
            assertThat(origin.ended).isEmpty();
            sweepIn(server, 90);
            assertThat(client.answer(5).resetCode()).isEqualTo((int) Http2Error.CANCEL.code());
        }
    }

    @Test
    void bodyThatTheGatewayDoesNotReadIsNot() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, patience(0, 60, 1_000));
                Http2TestClient two = Http2TestClient.connect(server.port())) {
            two.post(1, "/pause");
            origin.awaitHeld();
            sweepIn(server, 11);
            sweepIn(server, 22);
            assertThat(origin.ended).isEmpty();
        }
    }

    @Test
    void requestThatIsNotWholeInItsTimeIsGivenUp() throws Exception {
        try (EdgeServer server = EdgeServer.cleartext(origin, patience(20, 60, 0));
                Http2TestClient two = Http2TestClient.connect(server.port());
                Socket one = post(server)) {
            origin.awaitHeld();
            two.post(1, "/hold");
            origin.awaitHeld();
            sweepIn(server, 19);
            assertThat(origin.ended).isEmpty();
            sweepIn(server, 21);
            assertThat(two.answer(1).resetCode()).isEqualTo((int) Http2Error.CANCEL.code());
            assertThat(one.getInputStream().read()).isNegative();
        }
    }
}
