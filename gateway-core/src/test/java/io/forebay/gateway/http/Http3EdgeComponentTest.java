package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.gateway.transport.Transport;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The edge of HTTP/3, seen by a client that we did not write.
@ExtendWith(LeakWatch.class)
class Http3EdgeComponentTest {
    private static final String HOST = "open.example";
    private static final String CLOSED = "closed.example";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int H3_FRAME_ERROR = 0x106;

    private final TestOrigin origin = new TestOrigin();
    private TestCertificates certificates;
    private EdgeServer server;
    private Http3TestClient client;

    @BeforeEach
    void begin() throws Exception {
        certificates = new TestCertificates();
        server = EdgeServer.http3(Transport.EPOLL, origin, settings());
        client = Http3TestClient.connect(server.port(), HOST, certificates.pem());
    }

    private TlsListenerSettings settings() throws Exception {
        return TlsListenerSettings.of(List.of(
                certificates.host(HOST, new ClientValidation.None()),
                certificates.host("localhost", new ClientValidation.None()),
                certificates.host(CLOSED, new ClientValidation.Required(certificates.pem()))));
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
    }

    // ---- requests and answers

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyTransportSpeaksIt(Transport transport) throws Exception {
        byte[] body = new byte[1_000_003];
        new Random(11).nextBytes(body);
        try (EdgeServer other = EdgeServer.http3(transport, origin, settings());
                Http3TestClient one = Http3TestClient.connect(other.port(), HOST, certificates.pem())) {
            assertThat(one.get("/x").status()).isEqualTo(":status: 200");
            assertThat(one.request(false, "POST", "/relay")
                            .data(true, body)
                            .answer()
                            .body())
                    .isEqualTo(body);
        }
    }

    @Test
    void requestLooksToTheStagesLikeAnyOther() throws Exception {
        Http3TestClient.Answer answer = client.get("/a/../b?c=d", "x-one", "1", "cookie", "a=1", "cookie", "b=2");
        assertThat(answer.status()).isEqualTo(":status: 200");
        TestOrigin.Request request = TestOrigin.awaited(origin.requests);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/b");
        assertThat(request.query()).isEqualTo("c=d");
        assertThat(request.host()).isEqualTo(HOST);
        assertThat(request.lines()).contains("x-one: 1", "cookie: a=1; b=2");
        assertThat(origin.awaitEnd()).isEqualTo(new TestOrigin.Ended(200, null, false, 0));
    }

    @Test
    void answerHasTheLinesOfEveryOther() throws Exception {
        Http3TestClient.Answer answer = client.get("/x");
        assertThat(answer.head())
                .startsWith(":status: 200", "content-type: text/plain")
                .contains("x-own: yes", "content-length: " + answer.body().length)
                .anyMatch(line -> line.startsWith("date: "))
                .noneMatch(line -> line.startsWith("connection") || line.startsWith("alt-svc"));
    }

    @Test
    void getHasNoBodyAlsoWhenItsEndComesLate() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "GET", "/hold");
        client.get("/x");
        assertThat(TestOrigin.awaited(origin.requests).path()).isEqualTo("/x");
        assertThat(origin.held).isEmpty();
        stream.data(true);
        Exchange held = origin.awaitHeld();
        assertThat(server.onLoop(held::isRequestComplete)).isTrue();
        assertThat(server.onLoop(() -> held.head().hasBody())).isFalse();
    }

    @Test
    void postBeginsBeforeItsBodyHasCome() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "POST", "/hold");
        Exchange held = origin.awaitHeld();
        assertThat(server.onLoop(held::isRequestComplete)).isFalse();
        stream.data(true, (byte) 'x');
        assertThat(TestOrigin.awaited(origin.trailers)).isEmpty();
    }

    @Test
    void answersWithoutBodyEndWithTheirHead() throws Exception {
        assertThat(client.get("/status?204").body()).isEmpty();
        assertThat(client.request(true, "HEAD", "/x").answer().head())
                .anyMatch(line -> line.startsWith("content-length: "));
    }

    @Test
    void interimAnswerComesFirst() throws Exception {
        Http3TestClient.Answer answer = client.get("/interim");
        assertThat(answer.interim()).containsExactly(":status: 103", "link: </a>");
        assertThat(answer.text()).isEqualTo("after");
    }

    @Test
    void trailersTravelBothWays() throws Exception {
        Http3TestClient.Answer answer = client.request(false, "POST", "/echo")
                .data(false, (byte) 'a')
                .headers(true, "x-sum", "7")
                .answer();
        assertThat(TestOrigin.awaited(origin.trailers)).containsExactly("x-sum: 7");
        assertThat(answer.text()).isEqualTo("a");
        assertThat(answer.trailers()).containsExactly("x-sum: 7");
    }

    @Test
    void earlyRefusalOfALargeBodyIsSeen() throws Exception {
        Http3TestClient.Answer answer = client.request(false, "POST", "/refuse")
                .data(false, new byte[200_000])
                .answer();
        assertThat(answer.status()).isEqualTo(":status: 403");
        assertThat(answer.text()).contains("\"status\":403");
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
    }

    /// It is told to stop in the middle of a frame, which is not the client's fault.
    @Test
    void clientThatGoesOnAfterAnEarlyRefusalKeepsItsConnection() throws Exception {
        Http3TestClient.Stream upload = client.request(false, "POST", "/refuse");
        upload.data(false, new byte[Http3Limits.DROPPED_BYTES_MAX + 500_000]);

        assertThat(upload.answer().status()).isEqualTo(":status: 403");
        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/x").status()).isEqualTo(":status: 200");
        }
        assertThat(client.closeCode).isNotDone();
    }

    /// RFC 9114 section 7.1.
    @Test
    void dataFrameThatIsCutShortIsNoBody() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "POST", "/echo");
        // DATA of ten bytes, of which three come.
        stream.raw(true, (byte) 0, (byte) 10, (byte) 'a', (byte) 'b', (byte) 'c');
        stream.awaitCutOff();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        assertThat(origin.trailers).isEmpty();
        assertThat(client.closeCode.get(20, TimeUnit.SECONDS)).isEqualTo(H3_FRAME_ERROR);
    }

    @Test
    void frameThatIsCutWithinItsLengthIsNoEnd() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "POST", "/echo").data(false, (byte) 'x');
        await().atMost(PATIENCE).until(() -> !origin.requests.isEmpty());
        // A length of two bytes, of which one comes.
        stream.raw(true, (byte) 0, (byte) 0x40);
        stream.awaitCutOff();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        assertThat(origin.trailers).isEmpty();
        assertThat(client.closeCode.get(20, TimeUnit.SECONDS)).isEqualTo(H3_FRAME_ERROR);
    }

    @Test
    void headThatIsFollowedByHalfAFrameIsNoRequest() throws Exception {
        // One that seems to have no body waits for its end.
        Http3TestClient.Stream stream = client.request(false, "GET", "/x");
        stream.raw(true, (byte) 0);
        stream.awaitCutOff();
        assertThat(client.closeCode.get(20, TimeUnit.SECONDS)).isEqualTo(H3_FRAME_ERROR);
        assertThat(origin.requests).isEmpty();
    }

    // ---- back-pressure

    @Test
    void clientThatDoesNotReadHoldsTheAnswerBack() throws Exception {
        Http3TestClient.Stream stream = client.open();
        stream.read(false);
        stream.headers(true, ":method", "GET", ":scheme", "https", ":authority", HOST, ":path", "/bytes?5000000");
        Exchange exchange = origin.awaitHeld();
        await().atMost(PATIENCE).until(() -> !server.onLoop(exchange::isWritable));
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
        assertThat(origin.produced.get()).isLessThan(1_000_000);
        stream.read(true);
        byte[] body = stream.answer().body();
        assertThat(body).hasSize(5_000_000);
        for (int i = 0; i < body.length; i += 4_099) {
            assertThat(body[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void consumerThatPausesHoldsTheClientBack() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "POST", "/pause");
        Exchange exchange = origin.awaitHeld();
        stream.data(true, new byte[3_000_000]);
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
        assertThat(origin.consumed.get()).isZero();
        server.onLoop(() -> {
            exchange.readBody(true);
            return true;
        });
        await().atMost(PATIENCE).until(() -> origin.consumed.get() == 3_000_000);
        assertThat(TestOrigin.awaited(origin.trailers)).isEmpty();
    }

    // ---- ends

    @Test
    void resetOfABodyLetsTheExchangeGo() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "POST", "/hold").data(false, (byte) 'x');
        origin.awaitHeld();
        await().atMost(PATIENCE).until(() -> origin.consumed.get() == 1);
        stream.reset();
        assertThat(origin.awaitEnd()).isEqualTo(new TestOrigin.Ended(0, "client-gone", true, 1));
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
    }

    @Test
    void answerThatTheClientStopsIsNotMadeFurther() throws Exception {
        Http3TestClient.Stream stream = client.open();
        stream.read(false);
        stream.headers(true, ":method", "GET", ":scheme", "https", ":authority", HOST, ":path", "/bytes?50000000");
        origin.awaitHeld();
        stream.stop();
        TestOrigin.Ended ended = origin.awaitEnd();
        assertThat(ended.isClientGone()).isTrue();
        assertThat(origin.produced.get()).isLessThan(50_000_000);
    }

    @Test
    void answerThatBreaksOffIsNotWhole() throws Exception {
        client.request(true, "GET", "/abort").awaitCutOff();
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
    }

    @Test
    void lostConnectionLetsItsExchangesGo() throws Exception {
        client.request(true, "GET", "/hold");
        origin.awaitHeld();
        client.close();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        await().atMost(PATIENCE).until(() -> server.openConnections() == 0);
    }

    // ---- what is refused

    @Test
    void headsThatMayNotReachAnHttp1LineAreRefused() throws Exception {
        assertThat(client.get("/x", "a_b", "1").status()).isEqualTo(":status: 400");
        assertThat(client.get("/x", "te", "trailers").status()).isEqualTo(":status: 200");
        assertThat(client.get("/x", "transfer-encoding", "chunked").status()).isEqualTo(":status: 400");
        assertThat(client.get("/x", "x-a", "b\r\nc: d").status()).isEqualTo(":status: 400");
        assertThat(client.get("/%2Fx").status()).isEqualTo(":status: 400");
    }

    @Test
    void headsThatAreNoneResetTheirStreamAlone() throws Exception {
        client.open().headers(true, ":method", "GET", ":scheme", "https").awaitCutOff();
        client.request(true, "GET", "/x", "connection", "close").awaitCutOff();
        client.request(true, "GET", "/x", "Upper", "1").awaitCutOff();
        client.request(true, "GET", "/x", "host", "other.example").awaitCutOff();
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
    }

    @Test
    void extendedConnectIsNotAnnouncedAndRefused() throws Exception {
        Http3TestClient.Stream stream = client.request(false, "CONNECT", "/x", ":protocol", "websocket");
        stream.data(false, (byte) 'x');
        assertThat(stream.answer().status()).isEqualTo(":status: 400");
    }

    @Test
    void bodyOfAnotherLengthThanAnnouncedIsNotWhole() throws Exception {
        client.request(false, "POST", "/hold", "content-length", "5")
                .data(true, (byte) 'x')
                .awaitCutOff();
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
    }

    /// The library lets trailers say another length than the head.
    @Test
    void trailersDoNotMakeABodyWhole() throws Exception {
        Http3TestClient.Answer answer = client.request(false, "POST", "/hold", "content-length", "5")
                .data(false, (byte) 'x')
                .headers(true, "content-length", "1")
                .answer();
        assertThat(answer.status()).isEqualTo(":status: 400");
    }

    @Test
    void trailersSayNoLength() throws Exception {
        Http3TestClient.Answer answer = client.request(false, "POST", "/hold", "content-length", "1")
                .data(false, (byte) 'x')
                .headers(true, "content-length", "1")
                .answer();
        assertThat(answer.status()).isEqualTo(":status: 400");
    }

    @Test
    void largeHeadIsAnswered431() throws Exception {
        assertThat(client.get("/x", "x-large", "a".repeat(61 * 1024)).status()).isEqualTo(":status: 431");
    }

    @Test
    void headBeyondThatEndsTheConnection() throws Exception {
        client.request(true, "GET", "/x", "x-large", "a".repeat(80 * 1024));
        client.awaitClosed();
    }

    @Test
    void brokenTrailersAreRefused() throws Exception {
        Http3TestClient.Answer answer = client.request(false, "POST", "/hold")
                .data(false, (byte) 'a')
                .headers(true, "bad_name", "7")
                .answer();
        assertThat(answer.status()).isEqualTo(":status: 400");
    }

    @Test
    void floodOfResetsEndsTheConnection() throws Exception {
        for (int i = 0; i <= Http3Limits.RESETS_MAX; i++) {
            Http3TestClient.Stream stream = client.request(false, "POST", "/hold");
            origin.awaitHeld();
            stream.reset();
            origin.awaitEnd();
        }
        client.awaitClosed();
    }

    // ---- hosts and certificates

    @Test
    void hostThatAsksForCertificatesIsNotServed() throws Exception {
        assertThatThrownBy(() -> Http3TestClient.connect(server.port(), CLOSED, certificates.pem()))
                .isInstanceOf(Exception.class);
        Http3TestClient.Answer answer = client.open()
                .headers(true, ":method", "GET", ":scheme", "https", ":authority", CLOSED, ":path", "/x")
                .answer();
        assertThat(answer.status()).isEqualTo(":status: 421");
    }

    @Test
    void otherProtocolsAreRefused() {
        assertThatThrownBy(() -> Http3TestClient.proposing("h2", server.port(), HOST, certificates.pem()))
                .isInstanceOf(Exception.class);
    }

    @Test
    void newCertificateIsShownToNewConnections() throws Exception {
        String before = client.certificate();
        server.updateHttp3(settings());
        try (Http3TestClient next = Http3TestClient.connect(server.port(), HOST, certificates.pem())) {
            assertThat(next.certificate()).isNotEqualTo(before);
            assertThat(next.get("/x").status()).isEqualTo(":status: 200");
        }
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
        assertThat(client.certificate()).isEqualTo(before);
    }

    @Test
    void clientsOfTcpAreToldOfIt() throws Exception {
        String expected = "h3=\":" + server.port() + "\"; ma=86400";
        for (HttpClient.Version version : HttpClient.Version.values()) {
            if (version != HttpClient.Version.HTTP_1_1 && version != HttpClient.Version.HTTP_2) {
                continue;
            }
            try (HttpClient tcp = HttpClient.newBuilder()
                    .sslContext(certificates.context(null))
                    .version(version)
                    .build()) {
                HttpResponse<String> answer = tcp.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/x"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.version()).isEqualTo(version);
                assertThat(answer.headers().allValues("alt-svc")).containsExactly(expected);
            }
        }
    }

    // ---- the end of the gateway

    @Test
    void drainAnswersWhatIsUnderWayAndClosesThen() throws Exception {
        Http3TestClient.Stream stream = client.request(true, "GET", "/hold");
        Exchange held = origin.awaitHeld();
        server.drain();
        assertThat(client.goAways.poll(20, TimeUnit.SECONDS)).isEqualTo((1L << 62) - 4);
        assertThat(client.goAways.poll(20, TimeUnit.SECONDS)).isEqualTo(4);
        server.onLoop(() -> {
            TestOrigin.text(held, "late");
            return true;
        });
        assertThat(stream.answer().text()).isEqualTo("late");
        client.awaitClosed();
        await().atMost(PATIENCE).until(() -> server.openConnections() == 0);
    }

    @Test
    void withdrawnPortServesNoLaterRequest() throws Exception {
        assertThat(client.get("/x").status()).isEqualTo(":status: 200");
        Http3TestClient.Stream stream = client.request(true, "GET", "/hold");
        Exchange held = origin.awaitHeld();
        server.withdraw();
        client.request(true, "GET", "/y").awaitCutOff();
        server.onLoop(() -> {
            TestOrigin.text(held, "late");
            return true;
        });
        assertThat(stream.answer().text()).isEqualTo("late");
        client.awaitClosed();
        assertThat(origin.requests).extracting(TestOrigin.Request::path).doesNotContain("/y");
    }

    @Test
    void portThatIsTakenIsToldAndHadLater() throws Exception {
        try (EdgeServer plain = EdgeServer.tls(origin, settings())) {
            try (DatagramSocket taken = new DatagramSocket(plain.port(), InetAddress.getLoopbackAddress())) {
                plain.openHttp3(settings());
                assertThat(plain.http3Fault()).startsWith("HTTP/3 at port " + taken.getLocalPort() + ": ");
            }
            await().atMost(PATIENCE).until(() -> plain.http3Fault() == null);
            try (Http3TestClient late = Http3TestClient.connect(plain.port(), HOST, certificates.pem())) {
                assertThat(late.get("/x").status()).isEqualTo(":status: 200");
            }
        }
    }
}
