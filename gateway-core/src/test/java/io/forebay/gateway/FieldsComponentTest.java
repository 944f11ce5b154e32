package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.HeaderEdits;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    void viaNamesTheVersionThatTheRequestCameBy() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.0\r\nHost: shop.example\r\n\r\n").readHead();
            assertThat(upstream.request().value("via")).isEqualTo("1.0 forebay");
        }
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
    void answerKeepsItsLengthThoughTheUpstreamNominatesIt() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(lines(
                                "HTTP/1.1 200 OK",
                                "Connection: Content-Length, cache-control, X-Hop",
                                "X-Hop: 1",
                                "Cache-Control: private",
                                "Content-Length: 2",
                                "")
                        + "ok");
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            for (int turn = 0; turn < 2; turn++) {
                Wire.Message answer = client.get("/");
                assertThat(answer.body()).isEqualTo("ok");
                assertThat(answer.value("cache-control")).isEqualTo("private");
                assertThat(answer.value("x-hop")).isEmpty();
            }
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

    private static final List<String> OWN_FIELDS = List.of(
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "forwarded",
            "via",
            "traceparent");

    private static HeaderEdits set(String value, String... names) {
        return new HeaderEdits(
                Arrays.stream(names)
                        .map(name -> new ForwardedHeader(HeaderName.of(name), value))
                        .toList(),
                List.of(),
                List.of());
    }

    private static HeaderEdits remove(String... names) {
        return new HeaderEdits(
                List.of(), List.of(), Arrays.stream(names).map(HeaderName::of).toList());
    }

    /// What the upstream sees of a request under a rule with these modifiers.
    private static Wire.Message seenUnder(HeaderEdits edits, String lines) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        TestGateway.of(TestGateway.rule("edits").requestHeaders(edits), upstream.endpoint())) {
            return seen(gateway, upstream, lines);
        }
    }

    private static String ownFieldsOfAClient() {
        return lines(OWN_FIELDS.stream().map(name -> name + ": theirs").toArray(String[]::new));
    }

    @Test
    void fieldThatAModifierSetsIsNotWrittenByTheGatewayToo() throws Exception {
        for (String lines : List.of("", ownFieldsOfAClient())) {
            Wire.Message all = seenUnder(set("policy", OWN_FIELDS.toArray(String[]::new)), lines);
            assertThat(OWN_FIELDS)
                    .allSatisfy(name -> assertThat(all.value(name)).as(name).isEqualTo("policy"));
        }
        for (String name : OWN_FIELDS) {
            Wire.Message one = seenUnder(set("policy", name), ownFieldsOfAClient());
            assertThat(OWN_FIELDS)
                    .allSatisfy(field ->
                            assertThat(one.value(field)).as(field).isNotEmpty().doesNotContain("|"));
            assertThat(one.value(name)).isEqualTo("policy");
        }
    }

    @Test
    void fieldThatAModifierRemovesIsNeitherJoinedNorWrittenByTheGateway() throws Exception {
        for (String lines : List.of("", ownFieldsOfAClient())) {
            Wire.Message none = seenUnder(remove(OWN_FIELDS.toArray(String[]::new)), lines);
            assertThat(OWN_FIELDS)
                    .allSatisfy(name -> assertThat(none.value(name)).as(name).isEmpty());
        }
        for (String name : OWN_FIELDS) {
            Wire.Message rest = seenUnder(remove(name), ownFieldsOfAClient());
            assertThat(OWN_FIELDS)
                    .allSatisfy(field ->
                            assertThat(rest.value(field).isEmpty()).as(field).isEqualTo(field.equals(name)));
        }
    }

    @Test
    void modifiersHoldForTheGatewaysOwnLinesOfAnAnswer() throws Exception {
        LimitRules limits = LimitRules.of(List.of(new LimitRule(
                "default/limits/all",
                "all",
                new LimitKey.Everyone(),
                100,
                TimeUnit.MINUTES.toNanos(1),
                100,
                PolicyMode.ENFORCE)));
        HeaderEdits edits = new HeaderEdits(
                List.of(new ForwardedHeader(HeaderName.of("date"), "today")),
                List.of(),
                List.of(HeaderName.of("ratelimit-policy")));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("edits").limits(limits).responseHeaders(edits), upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.value("date")).isEqualTo("today");
            assertThat(answer.value("ratelimit-policy")).isEmpty();
            assertThat(answer.value("ratelimit")).isNotEmpty();
            client.get(1, "/");
            assertThat(client.answer(1).head())
                    .contains("date: today")
                    .anyMatch(line -> line.startsWith("ratelimit: "))
                    .noneMatch(line -> line.startsWith("ratelimit-policy: "))
                    .filteredOn(line -> line.startsWith("date: "))
                    .hasSize(1);
        }
    }

    @Test
    void trailersDoNotBringBackWhatModifiersTookOutOfTheAnswer() throws Exception {
        HeaderEdits edits = new HeaderEdits(
                List.of(new ForwardedHeader(HeaderName.of("x-set"), "ours")),
                List.of(),
                List.of(HeaderName.of("x-gone")));
        String head = lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "");
        String trailers = lines("X-Set: theirs", "x-gone: 1", "x-sum: 42", "");
        try (TestUpstream upstream = TestUpstream.answering(head + "2\r\nok\r\n0\r\n" + trailers);
                TestGateway gateway =
                        TestGateway.of(TestGateway.rule("edits").responseHeaders(edits), upstream.endpoint());
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            assertThat(gateway.get("/").trailers()).isEqualTo("x-sum: 42\r\n");
            client.get(1, "/");
            assertThat(client.answer(1).trailers()).containsExactly("x-sum: 42");
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
