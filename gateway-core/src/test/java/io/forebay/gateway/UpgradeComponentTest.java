package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections that leave HTTP for another protocol, by upgrade and by extended CONNECT (RFC 8441), and those that only
/// try to.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class UpgradeComponentTest {
    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /chat HTTP/1.1",
            "Host: shop.example",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            "");
    private static final String SWITCH = String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "",
            "");

    /// Switches, then says back what it hears, until the other side has said all.
    private static void echo(Wire wire) throws IOException {
        wire.read();
        wire.send(SWITCH);
        byte[] buffer = new byte[16 * 1024];
        int read = wire.socket.getInputStream().read(buffer);
        while (read >= 0) {
            wire.socket.getOutputStream().write(buffer, 0, read);
            read = wire.socket.getInputStream().read(buffer);
        }
    }

    @Test
    void bytesPassBothWaysOnceBothHaveAgreed() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            Wire.Message answer = client.send(UPGRADE).readHead();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.value("upgrade")).isEqualTo("websocket");
            assertThat(answer.value("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(answer.value("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            for (String message : new String[] {"\u0081\u0003abc", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
                assertThat(client.send(message).readText(message.length())).isEqualTo(message);
            }
        }
    }

    @Test
    void webSocketIsToldThatTheGatewayGoesAway() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(UPGRADE).readHead().status()).isEqualTo(101);
            assertThat(client.send("\u0081\u0003abc").readText(5)).isEqualTo("\u0081\u0003abc");
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(gateway.gateway::drain);

            assertThat(client.readText(4)).isEqualTo("\u0088\u0002\u0003\u00e9");
            // The client's own Close reaches the server, whose echo of it goes nowhere.
            client.send("\u0088\u0082\u0000\u0000\u0000\u0000\u0003\u00e9");
            client.socket.shutdownOutput();
            assertThat(client.socket.getInputStream().read()).isNegative();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void webSocketThatOpensWhileTheGatewayLeavesIsToldAtOnce() throws Exception {
        CompletableFuture<Void> leaves = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    asked.countDown();
                    leaves.join();
                    wire.send(SWITCH);
                    wire.socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE);
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(gateway.gateway::drain);
            Awaitility.await().until(() -> isRefused(gateway));
            leaves.complete(null);

            assertThat(client.readHead().status()).isEqualTo(101);
            assertThat(client.readText(4)).isEqualTo("\u0088\u0002\u0003\u00e9");
            client.socket.close();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// Its listeners close before its connections are told. What is asked is no request, so that no upstream has to
    /// answer it.
    private static boolean isRefused(TestGateway gateway) {
        try (Wire another = gateway.client()) {
            return another.send("GET / HTTP/1.1\r\n\r\n").readHead() == null;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void otherProtocolsAreNotSpokenFor() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE.replace("websocket", "other")).readHead();
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(gateway.gateway::drain);
            Awaitility.await().until(gateway.gateway::isLeaving);

            assertThat(client.send("abc").readText(3)).isEqualTo("abc");
            client.socket.shutdownOutput();
            assertThat(client.socket.getInputStream().read()).isNegative();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void wishOfTheClientIsPassedOn() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            // An upstream that does not switch answers as if nobody had asked.
            assertThat(client.send(UPGRADE).read().body()).isEqualTo("ok");
            Wire.Message request = upstream.request();
            assertThat(request.value("upgrade")).isEqualTo("websocket");
            assertThat(request.value("connection")).isEqualTo("upgrade");
            assertThat(request.value("sec-websocket-key")).isEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(client.get("/next").body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "HTTP/2.0", "TLS/1.0", "websocket, h2c"})
    void wishForHttpOfAnotherKindIsNotPassedOn(String protocol) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n")
                    .read();
            Wire.Message request = upstream.request();
            assertThat(request.value("upgrade")).isEmpty();
            assertThat(request.value("connection")).isEmpty();
        }
    }

    @Test
    void upstreamThatSwitchesUnaskedIsNotBelieved() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(SWITCH);
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            assertThat(gateway.get("/").status()).isEqualTo(502);
        }
    }

    /// What comes behind the wish is not sent to an upstream that still speaks HTTP.
    @Test
    void whatTheClientSendsAheadWaitsForTheSwitch() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE + "early");
            assertThat(client.readHead().status()).isEqualTo(101);
            assertThat(client.readText(5)).isEqualTo("early");
        }
    }

    @Test
    void requestBehindAWishThatIsNotGrantedIsARequest() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.read().body()).isEqualTo("ok");
            upstream.request();
            assertThat(upstream.request().startLine()).isEqualTo("GET /second HTTP/1.1");
        }
    }

    @Test
    void clientThatHasSaidAllStillHears() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(SWITCH);
                    wire.send("last words after: " + wire.readRest());
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE);
            client.readHead();
            client.send("bye");
            client.socket.shutdownOutput();
            assertThat(client.readRest()).isEqualTo("last words after: bye");
        }
    }

    @Test
    void clientThatHasSaidAllBeforeTheSwitchIsHeardOut() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
                    wire.send(SWITCH);
                    wire.send("after: " + wire.readRest());
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE);
            client.socket.shutdownOutput();
            assertThat(client.readHead().status()).isEqualTo(101);
            assertThat(client.readRest()).isEqualTo("after: ");
        }
    }

    @Test
    void upstreamThatEndsEndsTheClientsConnection() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send(SWITCH + "hello");
                });
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE);
            client.readHead();
            assertThat(client.readRest()).isEqualTo("hello");
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(gateway.access.lines()).anyMatch(line -> line.contains("\"status\":101")));
        }
    }

    @Test
    void clientThatLeavesEndsTheUpstreamsConnection() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            try (Wire client = gateway.client()) {
                client.send(UPGRADE);
                client.readHead();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(upstream.openConnections()).isZero());
        }
    }

    @Test
    void largeMessagesPassAtThePaceOfTheSlowerSide() throws Exception {
        String large = "x".repeat(4 << 20);
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(UPGRADE);
            client.readHead();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.send(large);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(client.readText(large.length())).isEqualTo(large);
            sender.join();
        }
    }

    @Test
    void http2ClientGetsItByExtendedConnect() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(UpgradeComponentTest::echo);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.connectTo(1, "websocket", "/chat");
            client.text(1, false, "early");
            assertThat(client.headOf(1)).contains(":status: 200").noneMatch(line -> line.startsWith("sec-websocket-a"));
            assertThat(client.textOf(1, 5)).isEqualTo("early");
            client.text(1, false, "hello");
            assertThat(client.textOf(1, 5)).isEqualTo("hello");
            client.text(1, true, "");
            assertThat(client.answer(1).resetCode()).isEqualTo(-1);
        }
    }

    /// A 200 would mean to the client that the upstream speaks its protocol now.
    @Test
    void extendedConnectIsNotAnsweredByAnAnswerThatDoesNotSwitch() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.connectTo(1, "websocket", "/chat");
            assertThat(client.answer(1).status()).isEqualTo(502);
            Wire.Message request = upstream.request();
            assertThat(request.startLine()).isEqualTo("GET /chat HTTP/1.1");
            assertThat(request.value("upgrade")).isEqualTo("websocket");
            assertThat(request.value("sec-websocket-key")).hasSize(24);
        }
    }
}
