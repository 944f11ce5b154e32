package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.HeaderEdits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of field lines on their way up and down.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class FieldsComponentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    /// What the upstream sees of a request with these lines.
    private static Wire.Message seen(TestGateway gateway, TestUpstream upstream, String lines) throws Exception {
        try (Wire client = gateway.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: Shop.Example:8080\r\n" + lines + "\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        return upstream.request();
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static Wire.Message seen(String lines) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            return seen(gateway, upstream, lines);
        }
    }

    @Test
    void hostIsPreserved() throws Exception {
        assertThat(seen("").value("host")).isEqualTo("Shop.Example:8080");
    }

    @Test
    void forwardingFieldsNameTheClient() throws Exception {
        Wire.Message request = seen("");
        assertThat(request.value("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.value("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.value("x-forwarded-host")).isEqualTo("Shop.Example:8080");
        assertThat(request.value("x-forwarded-port")).matches("\\d+");
        assertThat(request.value("forwarded")).isEqualTo("for=127.0.0.1;proto=http");
        assertThat(request.value("via")).isEqualTo("1.1 forebay");
    }

    @Test
    void clientsForwardingFieldsAreContinuedOrReplaced() throws Exception {
        Wire.Message request = seen(lines(
                "X-Forwarded-For: 10.0.0.1",
                "X-Forwarded-For: 10.0.0.2",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil",
                "X-Forwarded-Port: 1",
                "Forwarded: for=10.0.0.1",
                "Via: 1.0 other"));
        assertThat(request.value("x-forwarded-for")).isEqualTo("10.0.0.1, 10.0.0.2, 127.0.0.1");
        assertThat(request.value("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.value("x-forwarded-host")).isEqualTo("Shop.Example:8080");
        assertThat(request.value("x-forwarded-port")).isNotEqualTo("1").doesNotContain("|");
        assertThat(request.value("forwarded")).isEqualTo("for=10.0.0.1, for=127.0.0.1;proto=http");
        assertThat(request.value("via")).isEqualTo("1.0 other, 1.1 forebay");
    }

    @Test
    void validTraceIsContinuedUnsampled() throws Exception {
        String parent = seen("traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01\r\ntracestate: a=b\r\n")
                .value("traceparent");
        assertThat(parent).matches("00-" + TRACE + "-[0-9a-f]{16}-00").doesNotContain("00f067aa0ba902b7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "traceparent: 00-" + TRACE + "-0000000000000000-01\r\n",
                "traceparent: ff-" + TRACE + "-00f067aa0ba902b7-01\r\n",
                "traceparent: 00-" + TRACE + "-00F067AA0BA902B7-01\r\n",
                "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01-x\r\n",
                "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01\r\n" + "traceparent: 00-" + TRACE
                        + "-00f067aa0ba902b7-01\r\n"
            })
    void traceThatIsNotValidIsReplacedByOneOfOurs(String lines) throws Exception {
        assertThat(seen(lines).value("traceparent"))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
                .doesNotContain(TRACE);
    }

    @Test
    void fieldsForOneHopDoNotReachTheUpstream() throws Exception {
        Wire.Message request = seen(lines(
                "Connection: keep-alive, X-Hop",
                "X-Hop: 1",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: trailers",
                "X-End: 2"));
        for (String name : List.of("connection", "x-hop", "keep-alive", "proxy-connection", "te")) {
            assertThat(request.value(name)).as(name).isEmpty();
        }
        assertThat(request.value("x-end")).isEqualTo("2");
    }

    @Test
    void fieldsForOneHopDoNotReachTheClient() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(lines(
                        "HTTP/1.1 200 OK",
                        "Connection: X-Hop, keep-alive",
                        "X-Hop: 1",
                        "Keep-Alive: timeout=5",
                        "X-End: 2",
                        "Content-Length: 0",
                        ""));
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            Wire.Message answer = gateway.get("/");
            for (String name : List.of("connection", "x-hop", "keep-alive")) {
                assertThat(answer.value(name)).as(name).isEmpty();
            }
            assertThat(answer.value("x-end")).isEqualTo("2");
            assertThat(answer.value("date")).isNotEmpty();
        }
    }

    @Test
    void modifiersEditBothDirections() throws Exception {
        HeaderEdits edits = new HeaderEdits(
                List.of(new ForwardedHeader(HeaderName.of("x-set"), "ours")),
                List.of(new ForwardedHeader(HeaderName.of("x-add"), "more")),
                List.of(HeaderName.of("x-gone")));
        String lines = "X-Set: theirs\r\nX-Set: again\r\nX-Add: first\r\nX-Gone: 1\r\n";
        try (TestUpstream upstream =
                        TestUpstream.answering("HTTP/1.1 200 OK\r\n" + lines + "Content-Length: 0\r\n\r\n");
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("edits").requestHeaders(edits).responseHeaders(edits), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
            for (Wire.Message message : List.of(client.read(), upstream.request())) {
                assertThat(message.value("x-set")).isEqualTo("ours");
                assertThat(message.value("x-add")).isEqualTo("first|more");
                assertThat(message.value("x-gone")).isEmpty();
            }
        }
    }

    /// Neither in the head nor in the trailers, which some receivers merge into it.
    @Test
    void claimHeadersCannotBeSpoofed() throws Exception {
        TestTokens tokens = new TestTokens();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("claims").security(tokens.rule(PolicyMode.ENFORCE)), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + tokens.token("ann", "menu")
                    + "\r\nX-User: root\r\nx-USER: admin\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1\r\n.\r\n0\r\nX-User: root\r\nx-sum: 1\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            Wire.Message request = upstream.request();
            assertThat(request.value("x-user")).isEqualTo("ann");
            assertThat(request.trailers()).isEqualTo("x-sum: 1\r\n");
        }
    }

    /// A token in shadow mode is not believed, and what the client claims by itself is not either.
    @Test
    void claimHeadersCannotBeSpoofedInShadowMode() throws Exception {
        TestTokens tokens = new TestTokens();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("claims").security(tokens.rule(PolicyMode.SHADOW)), upstream.endpoint())) {
            assertThat(seen(gateway, upstream, "X-User: root\r\n").value("x-user"))
                    .isEmpty();
        }
    }
}
