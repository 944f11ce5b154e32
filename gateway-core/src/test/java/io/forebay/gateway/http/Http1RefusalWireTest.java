package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forebay.gateway.http.Http1TestClient.Answer;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Messages that two HTTP/1.1 readers could read as different requests (RFC 9112 sections 2.2, 3, 5, 6, 7 and 11.2):
/// each is answered with its problem, the connection ends in order so that the client can read why, and nothing of it
/// reaches the origin.
@ExtendWith(LeakWatch.class)
class Http1RefusalWireTest {
    private static final String GET = "GET /x HTTP/1.1\r\n";
    private static final String HOST = "Host: shop.example\r\n";
    private static final String POST = "POST /echo HTTP/1.1\r\n" + HOST;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private static final TestOrigin ORIGIN = new TestOrigin();
    private static EdgeServer server;

    @BeforeAll
    static void begin() throws Exception {
        server = EdgeServer.cleartext(ORIGIN);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void forget() {
        ORIGIN.requests.clear();
        ORIGIN.trailers.clear();
        ORIGIN.ended.clear();
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                // The request line.
                refused(400, "bad-request-line", "GET\r\n\r\n"),
                refused(400, "bad-request-line", "GET /x\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET  /x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET /x  HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET /x HTTP/1.1 \r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET\t/x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", " GET /x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "\r\n\r\nGET /x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET /x http/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET /x HTTP/1.1\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "GET /x HTTP/11\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "G(T /x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "A".repeat(40) + " /x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-line", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"),
                refused(505, "unsupported-version", "GET /x HTTP/2.0\r\n" + HOST + "\r\n"),
                refused(505, "unsupported-version", "GET /x HTTP/1.2\r\n" + HOST + "\r\n"),
                refused(505, "unsupported-version", "GET /x HTTP/0.9\r\n" + HOST + "\r\n"),
                refused(501, "method-not-supported", "CONNECT shop.example:443 HTTP/1.1\r\n" + HOST + "\r\n"),
                // The target.
                refused(400, "bad-request-target", "GET x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET /x#part HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET /x\\y HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET /x\0y HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET ftp://shop.example/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-request-target", "GET http:///x HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-host", "GET http://u:p@shop.example/ HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%2Fb HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%2fb HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%5Cb HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%00 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%zz HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a%2 HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /.. HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a/../../b HTTP/1.1\r\n" + HOST + "\r\n"),
                refused(400, "bad-path", "GET /a/%2e%2E/%2e./b HTTP/1.1\r\n" + HOST + "\r\n"),
                // The host.
                refused(400, "host-missing", GET + "\r\n"),
                refused(400, "host-missing", "GET http://shop.example/x HTTP/1.1\r\n\r\n"),
                refused(400, "host-repeated", GET + HOST + HOST + "\r\n"),
                refused(400, "host-repeated", GET + HOST + "host: other\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: \r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a b\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a/b\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: u@a\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a:b\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a:1:2\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a:123456\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: [::1\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: a[b\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: [::1]a\r\n\r\n"),
                refused(400, "bad-host", GET + "Host: \u00e9\r\n\r\n"),
                refused(400, "bad-host", "GET http://shop.example/x HTTP/1.1\r\nHost: a b\r\n\r\n"),
                // Field lines.
                refused(400, "bad-header-name", GET + HOST + "X : 1\r\n\r\n"),
                refused(400, "bad-header-name", GET + HOST + "X\t: 1\r\n\r\n"),
                refused(400, "bad-header-name", GET + HOST + ": 1\r\n\r\n"),
                refused(400, "bad-header-name", GET + HOST + "X(: 1\r\n\r\n"),
                refused(400, "bad-header-name", GET + HOST + "X\u00e9: 1\r\n\r\n"),
                refused(400, "bad-header-name", GET + HOST + "X\0: 1\r\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "X\r\n\r\n"),
                refused(400, "header-name-underscore", GET + HOST + "X_Y: 1\r\n\r\n"),
                refused(400, "header-name-underscore", GET + HOST + "Content_Length: 1\r\n\r\n"),
                refused(400, "obsolete-line-folding", GET + HOST + "X: 1\r\n 2\r\n\r\n"),
                refused(400, "obsolete-line-folding", GET + HOST + "X: 1\r\n\t2\r\n\r\n"),
                refused(400, "obsolete-line-folding", GET + " X: 1\r\n" + HOST + "\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "X: 1\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "X: 1\nY: 2\r\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "X: 1\rY: 2\r\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "X: 1\r\r\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "\rX: 1\r\n\r\n"),
                refused(400, "bare-cr-or-lf", GET + HOST + "\n"),
                refused(400, "bad-header-value", GET + HOST + "X: a\0b\r\n\r\n"),
                refused(400, "bad-header-value", GET + HOST + "X: a\u0001b\r\n\r\n"),
                refused(400, "bad-header-value", GET + HOST + "X: a\u000bb\r\n\r\n"),
                refused(400, "bad-header-value", GET + HOST + "X: a\u007fb\r\n\r\n"),
                refused(431, "too-many-headers", GET + HOST + many(100) + "\r\n"),
                refused(431, "head-too-large", GET + HOST + "X: " + "a".repeat(61 * 1024) + "\r\n\r\n"),
                refused(431, "head-too-large", "GET /" + "a".repeat(61 * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                // Framing.
                refused(
                        400,
                        "content-length-with-transfer-encoding",
                        framed("Content-Length: 3", "Transfer-Encoding: chunked")),
                refused(
                        400,
                        "content-length-with-transfer-encoding",
                        framed("Transfer-Encoding: chunked", "Content-Length: 3")),
                refused(400, "content-length-repeated", framed("Content-Length: 3", "Content-Length: 3")),
                refused(400, "content-length-repeated", framed("Content-Length: 3", "Content-Length: 4")),
                refused(400, "bad-content-length", framed("Content-Length: 3, 3")),
                refused(400, "bad-content-length", framed("Content-Length: +3")),
                refused(400, "bad-content-length", framed("Content-Length: -3")),
                refused(400, "bad-content-length", framed("Content-Length: 3 3")),
                refused(400, "bad-content-length", framed("Content-Length: 0x3")),
                refused(400, "bad-content-length", framed("Content-Length: 3.0")),
                refused(400, "bad-content-length", framed("Content-Length: ")),
                refused(400, "bad-content-length", framed("Content-Length: 9223372036854775808")),
                refused(400, "bad-content-length", framed("Content-Length: 99999999999999999999999")),
                refused(400, "bad-content-length", framed("Content-Length: \u00b2")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: gzip, chunked")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: chunked, identity")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: identity")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: ")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: xchunked")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: chunked;q=1")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: \"chunked\"")),
                refused(501, "unsupported-transfer-encoding", framed("Transfer-Encoding: ,chunked")),
                refused(
                        400,
                        "transfer-encoding-repeated",
                        framed("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")),
                refused(
                        400,
                        "transfer-encoding-on-http10",
                        "POST /echo HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"),
                refused(400, "bad-connection-option", GET + HOST + "Connection: Host\r\n\r\n"),
                refused(400, "bad-connection-option", GET + HOST + "Connection: close, content-length\r\n\r\n"),
                refused(
                        400,
                        "bad-connection-option",
                        GET + HOST + "Connection: close\r\nConnection: authorization\r\n\r\n"),
                refused(417, "unsupported-expectation", framed("Expect: cake", "Content-Length: 3")),
                refused(417, "unsupported-expectation", framed("Expect: 100-continue", "Expect: 100-continue")));
    }

    private static String framed(String... lines) {
        return POST + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String many(int lines) {
        return IntStream.range(0, lines).mapToObj(i -> "X-" + i + ": 1\r\n").collect(Collectors.joining());
    }

    private static Arguments refused(int status, String reason, String message) {
        String shown = message.replace("\r\n", "|").replaceAll("[^ -~]", "?");
        return arguments(shown.substring(0, Math.min(90, shown.length())), status, reason, message);
    }

    @ParameterizedTest(name = "{1} {2}: {0}")
    @MethodSource("heads")
    void headIsRefused(String name, int status, String reason, String message) throws Exception {
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send(message + "abcGET /smuggled HTTP/1.1\r\n" + HOST + "\r\n");
            assertRefused(client, status, reason);
        }
        assertThat(ORIGIN.requests).isEmpty();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                refused(400, "bad-chunk-size", "x\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "-3\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "+3\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "0x3\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", " 3\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3 \r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3\t;a\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3\rabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3\r\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "ffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-size", "3;a\0\r\nabc\r\n0\r\n\r\n"),
                refused(400, "chunk-extension-too-long", "3;" + "a".repeat(300) + "\r\nabc\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-end", "3\r\nabcd\r\n0\r\n\r\n"),
                refused(400, "bad-chunk-end", "3\r\nabc0\r\n\r\n"),
                refused(400, "bad-chunk-end", "3\r\nabc\n0\r\n\r\n"),
                refused(400, "bad-chunk-end", "3\r\nabc\r0\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\nX : 1\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\nX: 1\r\n 2\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\nX: a\0\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\nX_Y: 1\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
                refused(400, "bad-trailer", "0\r\n\n"),
                refused(400, "bad-trailer", "0\r\n" + many(33) + "\r\n"),
                refused(431, "head-too-large", "0\r\nX: " + "a".repeat(9 * 1024) + "\r\n\r\n"));
    }

    @ParameterizedTest(name = "{1} {2}: {0}")
    @MethodSource("bodies")
    void bodyIsRefusedAndNeverCalledComplete(String name, int status, String reason, String body) throws Exception {
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send(CHUNKED + body + "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n");
            assertRefused(client, status, reason);
        }
        assertThat(ORIGIN.requests).noneMatch(seen -> seen.path().equals("/smuggled"));
        assertThat(ORIGIN.trailers).as("no end of a body was told").isEmpty();
        assertThat(ORIGIN.awaitEnd().status()).isEqualTo(status);
    }

    private static void assertRefused(Http1TestClient client, int status, String reason) throws Exception {
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("content-type")).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains("\"reason\":\"" + reason + "\"");
        assertThat(answer.isLast()).isTrue();
        assertThat(client.endsOrderly()).isTrue();
    }

    @Test
    void refusalIsReadableThoughTheClientGoesOnSending() throws Exception {
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send("POST /x HTTP/1.1\r\nContent-Length: 200000\r\n\r\n" + "a".repeat(200_000));
            assertRefused(client, 400, "host-missing");
        }
        assertThat(ORIGIN.requests).isEmpty();
    }

    @Test
    void pipelinedRefusalComesAfterTheAnswersBefore() throws Exception {
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send(GET + HOST + "\r\n" + GET + HOST + "\r\n" + GET + HOST + HOST + "\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.answer().status()).isEqualTo(200);
            assertRefused(client, 400, "host-repeated");
        }
        assertThat(ORIGIN.requests).hasSize(2);
    }

    @Test
    void hundredLinesPass() throws Exception {
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send(GET + HOST + many(99) + "\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void headOfSixtyKibibytesPasses() throws Exception {
        String head = GET + HOST + "X: ";
        try (Http1TestClient client = new Http1TestClient(server.port())) {
            client.send(head + "a".repeat(RequestHead.HEAD_BYTES_MAX - head.length() - 4) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
            client.send(head + "a".repeat(RequestHead.HEAD_BYTES_MAX - head.length() - 3) + "\r\n\r\n");
            assertRefused(client, 431, "head-too-large");
        }
    }
}
