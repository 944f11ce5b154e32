package io.forebay.gateway.http;

import static io.forebay.gateway.http.Http2TestClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.forebay.gateway.http.Http2TestClient.Answer;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Field sections that no client of ours may get through (RFC 9113 sections 8.2 and 8.3), least of all such that an
/// HTTP/1.1 upstream would read as more than one line.
@ExtendWith(LeakWatch.class)
class Http2MalformedWireTest {
    private final TestOrigin origin = new TestOrigin();
    private EdgeServer server;
    private Http2TestClient client;

    @BeforeEach
    void begin() throws Exception {
        server = EdgeServer.cleartext(origin);
        client = Http2TestClient.connect(server.port());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.close();
    }

    static Stream<Arguments> resetSections() {
        return Stream.of(
                reset("no method", ":scheme", "http", ":path", "/", ":authority", "a"),
                reset("no scheme", ":method", "GET", ":path", "/", ":authority", "a"),
                reset("CRLF in a value", request("GET", "/", "x", "a\r\nhost: evil")),
                reset("LF in a value", request("GET", "/", "x", "a\nb")),
                reset("CR in a value", request("GET", "/", "x", "a\rb")),
                reset("NUL in a value", request("GET", "/", "x", "a\0b")),
                reset("space before a value", request("GET", "/", "x", " a")),
                reset("DEL in a value", request("GET", "/", "x", "a\u007f")),
                reset("space in a name", request("GET", "/", "x y", "1")),
                reset("colon in a name", request("GET", "/", "x:y", "1")),
                reset("CRLF in a name", request("GET", "/", "x\r\ny", "1")),
                reset("name beyond ASCII", request("GET", "/", "x\u00e9", "1")),
                reset("CRLF in a cookie crumb", request("GET", "/", "cookie", "a=1", "cookie", "b\r\nx: 1")),
                reset("CRLF in the method", request("GET\r\n", "/")),
                reset("CRLF in the path", request("GET", "/a HTTP/1.1\r\nx: 1")),
                reset("CRLF in the authority", authority("shop.example\r\nx: 1")),
                reset("no path", ":method", "GET", ":scheme", "http", ":authority", "a"),
                reset("empty path", ":method", "GET", ":scheme", "http", ":path", "", ":authority", "a"),
                reset("method twice", ":method", "GET", ":method", "GET", ":scheme", "http", ":path", "/"),
                reset("path twice", ":method", "GET", ":scheme", "http", ":path", "/", ":path", "/b"),
                reset("answer's pseudo-field", request("GET", "/", ":status", "200")),
                reset("unknown pseudo-field", request("GET", "/", ":fancy", "1")),
                reset("pseudo-field after a field", ":method", "GET", ":scheme", "http", "x", "1", ":path", "/"),
                reset("upper case", request("GET", "/", "X-One", "1")),
                reset("connection", request("GET", "/", "connection", "close")),
                reset("keep-alive", request("GET", "/", "keep-alive", "1")),
                reset("transfer-encoding", request("GET", "/", "transfer-encoding", "chunked")),
                reset("upgrade", request("GET", "/", "upgrade", "h2c")),
                reset("proxy-connection", request("GET", "/", "proxy-connection", "close")),
                reset("te other than trailers", request("GET", "/", "te", "gzip")),
                reset("signed length", request("GET", "/", "content-length", "+1")),
                reset("two lengths", request("GET", "/", "content-length", "1", "content-length", "2")),
                reset("length without data", request("GET", "/", "content-length", "3")));
    }

    private static Arguments reset(String name, String... fields) {
        return arguments(name, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("resetSections")
    void malformedSectionResetsItsStream(String name, String[] fields) throws Exception {
        client.headers(1, true, fields);
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
        assertStreamsGoOn();
    }

    static Stream<Arguments> refusedSections() {
        return Stream.of(
                refused(400, "bad-header-value", request("GET", "/", "x", "a\t")),
                refused(400, "header-name-underscore", request("GET", "/", "x_y", "1")),
                refused(400, "bad-request-line", request("GE T", "/")),
                refused(400, "bad-request-target", request("GET", "/a b")),
                refused(400, "bad-request-target", request("GET", "http://evil.example/")),
                refused(400, "bad-request-target", request("GET", "a")),
                refused(400, "bad-request-target", request("GET", "*")),
                refused(400, "bad-path", request("GET", "/a%2Fb")),
                refused(400, "bad-path", request("GET", "/a%00b")),
                refused(400, "bad-path", request("GET", "/../a")),
                refused(400, "bad-host", request("GET", "/", "host", "evil.example")),
                refused(400, "host-repeated", request("GET", "/", "host", "shop.example", "host", "shop.example")),
                refused(400, "bad-host", authority("user@shop.example")),
                refused(400, "bad-host", authority("shop.example:port")),
                refused(400, "host-missing", ":method", "GET", ":scheme", "http", ":path", "/"),
                refused(400, "bad-pseudo-field", ":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "a"),
                refused(417, "unsupported-expectation", request("GET", "/", "expect", "cake")),
                refused(501, "method-not-supported", ":method", "CONNECT", ":authority", "shop.example:443"),
                refused(431, "too-many-headers", many(101)));
    }

    private static Arguments refused(int status, String reason, String... fields) {
        String shown = Arrays.toString(fields).replaceAll("[^ -~]", "?");
        return arguments(shown.substring(0, Math.min(80, shown.length())), status, reason, fields);
    }

    private static String[] authority(String authority) {
        return new String[] {":method", "GET", ":scheme", "http", ":path", "/", ":authority", authority};
    }

    private static String[] many(int lines) {
        List<String> fields = new ArrayList<>();
        IntStream.range(0, lines).forEach(i -> fields.addAll(List.of("x-" + i, "1")));
        return request("GET", "/", fields.toArray(String[]::new));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refusedSections")
    void sectionThatIsNoRequestIsAnsweredWithItsProblem(String name, int status, String reason, String[] fields)
            throws Exception {
        client.headers(1, true, fields);
        Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head()).contains("content-type: application/problem+json");
        assertThat(answer.text()).contains("\"reason\":\"" + reason + "\"");
        assertStreamsGoOn();
    }

    @Test
    void hundredLinesAndTheAuthorityAsHostPass() throws Exception {
        String[] fields = many(99);
        String[] withHost = Arrays.copyOf(fields, fields.length + 2);
        withHost[fields.length] = "host";
        withHost[fields.length + 1] = "SHOP.example";
        client.headers(1, true, withHost);
        assertThat(client.answer(1).status()).isEqualTo(200);
    }

    @Test
    void refusedRequestWithBodyIsAnsweredAndStopped() throws Exception {
        client.headers(1, false, request("POST", "/a%2Fb"));
        client.data(1, false, new byte[100]);
        assertThat(client.answer(1).status()).isEqualTo(400);
        assertThat(client.await(Http2TestClient.RST_STREAM, 1).code()).isEqualTo((int) Http2Error.NO_ERROR.code());
        assertStreamsGoOn();
    }

    static Stream<Arguments> brokenTrailers() {
        return Stream.of(
                arguments("CRLF in a value", new String[] {"x", "a\r\nb: c"}, 0),
                arguments("tab behind a value", new String[] {"x", "a\t"}, 400),
                arguments("underscore", new String[] {"x_y", "1"}, 400),
                arguments("pseudo-field", new String[] {":path", "/"}, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenTrailers")
    void brokenTrailersNeverReachTheConsumer(String name, String[] fields, int status) throws Exception {
        client.post(1, "/hold");
        origin.awaitHeld();
        client.data(1, false, (byte) 'a');
        client.headers(1, true, fields);
        Answer answer = client.answer(1);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.resetCode()).isEqualTo(status == 0 ? (int) Http2Error.PROTOCOL_ERROR.code() : -1);
        assertThat(origin.trailers).isEmpty();
        assertThat(origin.awaitEnd().status()).isEqualTo(status);
    }

    /// One bad request is not the end of the connection, and its origin has not seen it.
    private void assertStreamsGoOn() throws Exception {
        assertThat(origin.requests).isEmpty();
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }
}
