package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.offload.JobGateway;
import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same over HTTP/2, whose fields may hold any byte: what would be more than one line, one length or one request
/// once it is written as HTTP/1.1 never is. RFC 9113 section 8.2.1 and 8.3 say what is malformed.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class Http2WireCorpusTest {
    private static StrictOrigin origin;
    private static JobGateway gateway;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        origin = new StrictOrigin();
        gateway = WireCorpusTest.gatewayTo(origin, folder);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    private static Arguments fields(String name, String... fields) {
        return Arguments.of(name, Http2TestClient.request("POST", "/a", fields), "ok");
    }

    private static Arguments head(String name, String... fields) {
        return Arguments.of(name, fields, "ok");
    }

    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";

    static Stream<Arguments> malformed() {
        return Stream.of(
                fields("line break in a value", "x", "a\r\ntransfer-encoding: chunked"),
                fields("request in a value", "x", "a\r\n\r\n" + SMUGGLED),
                fields("LF in a value", "x", "a\nb"),
                fields("CR in a value", "x", "a\rb"),
                fields("NUL in a value", "x", "a\0b"),
                fields("space before a value", "x", " a"),
                fields("tab behind a value", "x", "a\t"),
                fields("line break in a name", "x: y\r\nz", "a"),
                fields("colon in a name", "x:y", "a"),
                fields("space in a name", "transfer-encoding ", "chunked"),
                fields("upper case in a name", "Transfer-Encoding", "chunked"),
                fields("NUL in a name", "x\0", "a"),
                fields("name beyond ASCII", "x\u00e9", "a"),
                fields("empty name", "", "a"),
                fields("underscore that CGI reads as a dash", "content_length", "0"),
                fields("transfer-encoding", "transfer-encoding", "chunked"),
                fields("connection", "connection", "keep-alive"),
                fields("keep-alive", "keep-alive", "timeout=5"),
                fields("proxy-connection", "proxy-connection", "close"),
                fields("upgrade", "upgrade", "h2c"),
                fields("te other than trailers", "te", "gzip"),
                fields("length too large", "content-length", "3"),
                fields("length too small", "content-length", "1"),
                fields("two lengths", "content-length", "2", "content-length", "3"),
                fields("length with a sign", "content-length", "+2"),
                fields("length as a list of two", "content-length", "2,3"),
                fields("length with a line break", "content-length", "2\r\nx: y"),
                fields("host that differs from the authority", "host", "other.example"),
                fields("two hosts", "host", "shop.example", "host", "other.example"),
                fields("pseudo-field behind a field", "x", "y", ":path", "/b"),
                fields("pseudo-field twice", ":path", "/b"),
                fields("pseudo-field of answers", ":status", "200"),
                fields("unknown pseudo-field", ":x", "y"),
                head("no method", ":scheme", "http", ":path", "/a", ":authority", "a"),
                head("no path", ":method", "POST", ":scheme", "http", ":authority", "a"),
                head("no scheme", ":method", "POST", ":path", "/a", ":authority", "a"),
                head("no host at all", ":method", "POST", ":scheme", "http", ":path", "/a"),
                head("empty path", request("POST", "", "a")),
                head("relative path", request("POST", "a", "a")),
                head("path with a space", request("POST", "/a /b", "a")),
                head("path with a request", request("POST", "/a HTTP/1.1\r\nhost: a\r\n\r\n" + SMUGGLED, "a")),
                head("path with a fragment", request("POST", "/a#b", "a")),
                head("path with NUL", request("POST", "/a\0", "a")),
                head("path beyond ASCII", request("POST", "/\u00e9", "a")),
                head("absolute path", request("POST", "http://b/a", "a")),
                head("method with a line", request("POST /b HTTP/1.1\r\nx: y\r\n\r\nGET", "/a", "a")),
                head("method with a space", request("POST /b", "/a", "a")),
                head("empty method", request("", "/a", "a")),
                head("authority with a line break", request("POST", "/a", "a\r\nx: y")),
                head("authority with a user", request("POST", "/a", "u@a")),
                head("authority with a path", request("POST", "/a", "a/b")),
                head("authority with a space", request("POST", "/a", "a b")));
    }

    private static String[] request(String method, String path, String authority) {
        return new String[] {":method", method, ":scheme", "http", ":path", path, ":authority", authority};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void malformedRequestReachesNobody(String name, String[] fields, String body) throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port())) {
            send(client, fields, body);
            String end = end(client);
            assertThat(end).as(name).matches("reset|closed|:status: 4..|:status: 501");
        }
        assertOriginHeard(0);
    }

    /// Whether its head or the reset of its body is seen first is chance: by its length the request is whole without
    /// one.
    @Test
    void bodyOfARequestOfLengthZeroReachesNobody() throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port())) {
            send(client, Http2TestClient.request("POST", "/a", "content-length", "0"), "ok");
            assertThat(end(client)).matches("reset|closed|:status: 4..|:status: 200");
        }
        List<StrictHttp1.Request> heard = heard();
        assertThat(origin.violations()).isEmpty();
        assertThat(heard)
                .hasSizeLessThan(2)
                .allSatisfy(request -> assertThat(request.body()).isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void requestIsHeardOnce(String name, String[] fields, String body) throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port())) {
            send(client, fields, body);
            assertThat(end(client)).as(name).isEqualTo(":status: 200");
        }
        List<StrictHttp1.Request> heard = assertOriginHeard(1);
        assertThat(heard.getFirst().body()).isEqualTo(body);
        assertThat(heard.getFirst().values("cookie")).hasSizeLessThan(2);
    }

    static Stream<Arguments> wellFormed() {
        return Stream.of(
                fields("no length"),
                fields("length", "content-length", "2"),
                fields("length twice, which RFC 9110 section 8.6 lets us read as one", "content-length", "2,2"),
                fields("the same host", "host", "shop.example"),
                fields("cookies in pieces, which one line joins", "cookie", "a=b", "cookie", "c=d"),
                fields("te: trailers", "te", "trailers"),
                Arguments.of("body that is a request", Http2TestClient.request("POST", "/a"), SMUGGLED),
                Arguments.of("body of chunks", Http2TestClient.request("POST", "/a"), "0\r\n\r\n" + SMUGGLED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trailers")
    void trailersFrameNothing(String name, String[] fields) throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port())) {
            client.headers(1, false, Http2TestClient.request("POST", "/a"));
            client.text(1, false, "ok");
            client.headers(1, true, fields);
            end(client);
        }
        List<StrictHttp1.Request> heard = heard();
        assertThat(origin.violations()).as(name).isEmpty();
        assertThat(heard)
                .hasSizeLessThan(2)
                .allSatisfy(request -> assertThat(request.body()).isEqualTo("ok"));
    }

    static Stream<Arguments> trailers() {
        return Stream.of(
                Arguments.of("length", new String[] {"content-length", "35"}),
                Arguments.of("coding", new String[] {"transfer-encoding", "chunked"}),
                Arguments.of("pseudo-field", new String[] {":path", "/b"}),
                Arguments.of("line break", new String[] {"x", "a\r\n\r\n" + SMUGGLED}),
                Arguments.of("host", new String[] {"host", "b"}),
                Arguments.of("credentials", new String[] {"authorization", "Bearer x"}));
    }

    private static void send(Http2TestClient client, String[] fields, String body) throws Exception {
        try {
            client.headers(1, false, fields);
            client.text(1, true, body);
        } catch (SocketException e) {
            // The gateway has ended the connection over the head.
        }
    }

    /// How the stream ended: the status, `reset` or `closed`.
    private static String end(Http2TestClient client) throws Exception {
        try {
            Http2TestClient.Answer answer = client.answer(1);
            return answer.head().isEmpty() ? "reset" : answer.head().getFirst();
        } catch (IOException e) {
            return "closed";
        }
    }

    private static List<StrictHttp1.Request> assertOriginHeard(int requests) throws Exception {
        List<StrictHttp1.Request> heard = heard();
        assertThat(origin.violations()).isEmpty();
        assertThat(heard).hasSize(requests);
        return heard;
    }

    /// What the origin has heard before somebody else's request, which gets its own answer.
    private static List<StrictHttp1.Request> heard() throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port())) {
            client.headers(1, true, Http2TestClient.request("GET", "/mine", "x-id", "innocent"));
            Http2TestClient.Answer answer = client.answer(1);
            assertThat(new String(answer.body(), StandardCharsets.US_ASCII)).isEqualTo("innocent");
        }
        List<StrictHttp1.Request> heard = new ArrayList<>(origin.takeRequests());
        assertThat(heard.removeLast().values("x-id")).isEqualTo(Arrays.asList("innocent"));
        return heard;
    }
}
