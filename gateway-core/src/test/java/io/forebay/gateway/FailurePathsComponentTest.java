package io.forebay.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.FaultInjection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way a call can be refused or fail, and the flag that the access log and the meters have of it.
///
/// The paths that a client, an upstream or the gateway itself can take are walked. What stands behind them, and takes
/// minutes, a full disk or no file descriptors, is in [#byCatalogue()]. Both lists together are all flags there are.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class FailurePathsComponentTest {
    private static final Endpoint ENDPOINT = new Endpoint("127.0.0.1", 9);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ERROR = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    private static final TestUpstream.Script SILENT = wire -> {
        wire.read();
        wire.readRest();
    };

    /// Makes one call fail and gives the gateway, whose access log tells of it last.
    interface Path {
        void walk(ResponseFlag expected) throws Exception;
    }

    private static final Map<ResponseFlag, Path> WALKED = new EnumMap<>(ResponseFlag.class);

    static {
        WALKED.put(ResponseFlag.MALFORMED_REQUEST, flag -> isFlagged(TestGateway.to(ENDPOINT), "GET /\r\n\r\n", flag));
        WALKED.put(
                ResponseFlag.NOT_IMPLEMENTED, flag -> isFlagged(TestGateway.to(ENDPOINT), head("CONNECT a:1"), flag));
        WALKED.put(
                ResponseFlag.EXPECTATION_FAILED,
                flag -> isFlagged(TestGateway.to(ENDPOINT), head("GET /", "Expect: tea"), flag));
        WALKED.put(
                ResponseFlag.HEAD_TOO_LARGE,
                flag -> isFlagged(TestGateway.to(ENDPOINT), head("GET /", "A: " + "a".repeat(70_000)), flag));
        WALKED.put(ResponseFlag.NO_ROUTE, flag -> isFlagged(gateway().listen(), GET, flag));
        WALKED.put(
                ResponseFlag.TOKEN_MISSING,
                flag -> isFlagged(
                        TestGateway.of(TestGateway.rule("t").security(new TestTokens().rule(PolicyMode.ENFORCE))),
                        GET,
                        flag));
        WALKED.put(
                ResponseFlag.TOKEN_INVALID,
                flag -> isFlagged(
                        TestGateway.of(TestGateway.rule("t").security(new TestTokens().rule(PolicyMode.ENFORCE))),
                        head("GET /", "Authorization: Bearer " + new TestTokens().token("eve", "menu")),
                        flag));
        WALKED.put(
                ResponseFlag.FAULT_INJECTED,
                flag -> isFlagged(
                        TestGateway.of(
                                TestGateway.rule("f").faults(new FaultInjection(PolicyMode.ENFORCE, 0, 0, 503, 0, 1)),
                                ENDPOINT),
                        GET,
                        flag));
        WALKED.put(ResponseFlag.NO_READY_ENDPOINT, flag -> isFlagged(TestGateway.to(), GET, flag));
        WALKED.put(
                ResponseFlag.UPSTREAM_CONNECT_REFUSED,
                flag -> isFlagged(TestGateway.to(TestUpstream.refusing()), GET, flag));
        WALKED.put(ResponseFlag.UPSTREAM_CONNECT_TIMEOUT, FailurePathsComponentTest::connectTimeout);
        WALKED.put(ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER, flag -> upstream(Wire::read, GET, flag));
        WALKED.put(
                ResponseFlag.UPSTREAM_RESET_DURING_ANSWER,
                flag -> upstream(
                        wire -> {
                            wire.read();
                            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                        },
                        GET,
                        flag));
        WALKED.put(
                ResponseFlag.UPSTREAM_MALFORMED,
                flag -> upstream(
                        wire -> {
                            wire.read();
                            wire.send("HELO\r\n\r\n");
                            wire.readRest();
                        },
                        GET,
                        flag));
        WALKED.put(ResponseFlag.REQUEST_TIMEOUT, flag -> timeout(200_000_000, 0, GET, flag));
        WALKED.put(ResponseFlag.UPSTREAM_FIRST_BYTE_TIMEOUT, flag -> timeout(0, 200_000_000, GET, flag));
        WALKED.put(
                ResponseFlag.BACKEND_REQUEST_TIMEOUT,
                flag -> timeout(0, 200_000_000, head("POST /", "Content-Length: 100000") + "ha", flag));
        WALKED.put(ResponseFlag.BREAKER_OPEN, FailurePathsComponentTest::breakerOpen);
        WALKED.put(ResponseFlag.BACKEND_REQUESTS_LIMIT, flag -> limit(new BackendLimits(10, 10, 1), 1, flag));
        WALKED.put(ResponseFlag.BACKEND_PENDING_LIMIT, flag -> limit(new BackendLimits(1, 1, 10), 2, flag));
        WALKED.put(ResponseFlag.CLIENT_GONE, FailurePathsComponentTest::clientGone);
        WALKED.put(ResponseFlag.CLIENT_TIMEOUT, FailurePathsComponentTest::clientTimeout);
        WALKED.put(ResponseFlag.CONNECTION_ENDED, FailurePathsComponentTest::connectionEnded);
        WALKED.put(ResponseFlag.GATEWAY_CLOSED, FailurePathsComponentTest::gatewayClosed);
    }

    private static TestGateway gateway() throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT);
    }

    private static String head(String startLine, String... lines) {
        return startLine + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + (lines.length > 0 ? "\r\n" : "")
                + "\r\n";
    }

    private static void isFlagged(TestGateway started, String request, ResponseFlag expected) throws Exception {
        try (TestGateway gateway = started;
                Wire client = gateway.client()) {
            client.send(request).readHead();
            isTold(gateway, 1, expected);
        }
    }

    /// The last of so many records, and the meter, have the flag.
    private static void isTold(TestGateway gateway, int records, ResponseFlag expected) {
        await().until(() -> gateway.access.lines().size() == records);
        assertThat(gateway.access.lines().getLast()).contains("\"flag\":\"" + expected.code() + "\"");
        assertThat(gateway.meter("forebay_flags_total{flag=\"" + expected.code() + "\"}"))
                .isEqualTo(1);
    }

    private static void upstream(TestUpstream.Script script, String request, ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(script)) {
            isFlagged(TestGateway.to(upstream.endpoint()), request, expected);
        }
    }

    private static void timeout(long requestNs, long tryNs, String request, ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(Wire::readRest)) {
            isFlagged(
                    TestGateway.of(
                            TestGateway.rule("t").requestTimeoutNs(requestNs).backendRequestTimeoutNs(tryNs),
                            upstream.endpoint()),
                    request,
                    expected);
        }
    }

    /// A listener that accepts nobody, whose backlog is full, answers no attempt to connect.
    private static void connectTimeout(ResponseFlag expected) throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket();
                Socket second = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
            first.connect(address);
            second.connect(address);
            isFlagged(TestGateway.to(new Endpoint("127.0.0.1", full.getLocalPort())), GET, expected);
        }
    }

    private static void breakerOpen(ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(ERROR);
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            for (int call = 0; call < 6; call++) {
                gateway.get("/");
            }
            isTold(gateway, 6, expected);
            assertThat(gateway.access.lines().getFirst())
                    .as("the upstream's own error is no failure of ours")
                    .contains("\"status\":500")
                    .doesNotContain("\"flag\"");
        }
    }

    private static void limit(BackendLimits limits, int busy, ResponseFlag expected) throws Exception {
        List<Wire> clients = new java.util.ArrayList<>();
        try (TestUpstream upstream = TestUpstream.of(SILENT);
                TestGateway gateway = gateway()
                        .backend(TestGateway.BACKEND, limits, upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen()) {
            for (int i = 0; i < busy; i++) {
                clients.add(gateway.client().send(GET));
                int calls = i + 1;
                await().until(() -> gateway.meter("forebay_backend_requests_active{backend=\"default/up\"}") == calls);
            }
            await().until(() -> upstream.accepted.get() == 1);
            assertThat(gateway.get("/").status()).isEqualTo(503);
            isTold(gateway, 1, expected);
            for (Wire client : clients) {
                client.close();
            }
        }
    }

    private static void clientGone(ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(SILENT);
                TestGateway gateway = TestGateway.to(upstream.endpoint())) {
            Wire client = gateway.client().send(GET);
            await().until(() -> upstream.accepted.get() == 1);
            client.reset();
            isTold(gateway, 1, expected);
        }
    }

    private static void clientTimeout(ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(SILENT);
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client().send(GET)) {
            client.socket.shutdownOutput();
            isTold(gateway, 1, expected);
        }
    }

    private static void connectionEnded(ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client();
                ExecutorService drainer = Executors.newSingleThreadExecutor()) {
            client.send(GET).read();
            Future<Boolean> drained = drainer.submit(gateway.gateway::drain);
            assertThat(client.closesSilently()).isTrue();
            client.send(GET);
            isTold(gateway, 2, expected);
            assertThat(upstream.requests).hasSize(1);
            client.socket.close();
            assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void gatewayClosed(ResponseFlag expected) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(SILENT)) {
            TestGateway gateway = TestGateway.to(upstream.endpoint());
            Wire client = gateway.client().send(GET);
            await().until(() -> upstream.accepted.get() == 1);
            gateway.close();
            assertThat(client.closesSilently()).isTrue();
            isTold(gateway, 1, expected);
        }
    }

    static Set<ResponseFlag> walked() {
        return WALKED.keySet();
    }

    @ParameterizedTest
    @MethodSource("walked")
    void failureHasItsFlag(ResponseFlag flag) throws Exception {
        requireNonNull(WALKED.get(flag)).walk(flag);
    }

    /// What a refusal's or failure's problem is marked with, and what is marked where no problem can be answered any
    /// more.
    private static Set<ResponseFlag> byCatalogue() {
        BackendId backend = BackendId.of("n/b");
        Stream<ResponseFlag> problems = Arrays.stream(ProblemType.values()).map(ProblemType::flag);
        Stream<ResponseFlag> failures = Stream.of(
                        new UpstreamFailure.ConnectFailed(ENDPOINT, ""),
                        new UpstreamFailure.NameUnresolved(ENDPOINT),
                        new UpstreamFailure.TlsFailed(ENDPOINT, ""),
                        new UpstreamFailure.SocketUnavailable(ENDPOINT, ""),
                        new UpstreamFailure.NoReadyEndpoint(backend),
                        new UpstreamFailure.StreamIdleTimeout(ENDPOINT, 1, false),
                        new UpstreamFailure.AdaptiveLimitReached(backend),
                        new UpstreamFailure.NotAdmitted(backend),
                        new UpstreamFailure.AnswerTooLarge(ENDPOINT, 1))
                .map(failure -> {
                    ResponseFlag flag = ProblemCatalog.flag(failure);
                    assertThat(ProblemCatalog.of(failure).flag()).isEqualTo(flag);
                    return flag;
                });
        // Walked by JobFlagsComponentTest and OverloadComponentTest.
        Stream<ResponseFlag> elsewhere =
                Stream.of(ResponseFlag.ATTEMPT_ENDED, ResponseFlag.BODY_UNREADABLE, ResponseFlag.OVERLOAD_RESET);
        Set<ResponseFlag> all = EnumSet.noneOf(ResponseFlag.class);
        Stream.of(problems, failures, elsewhere).flatMap(flags -> flags).forEach(all::add);
        return all;
    }

    @Test
    void everyFlagIsReached() {
        Set<ResponseFlag> reached = EnumSet.copyOf(WALKED.keySet());
        reached.addAll(byCatalogue());
        assertThat(reached).containsExactlyInAnyOrder(ResponseFlag.values());
    }

    @Test
    void callThatSucceedsInTheEndTellsItsTries() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(TestUpstream.refusing(), upstream.endpoint())) {
            for (int call = 0; call < 2; call++) {
                assertThat(gateway.get("/").status()).isEqualTo(200);
            }
            await().until(() -> gateway.access.lines().size() == 2);
            assertThat(gateway.access.lines().stream().filter(line -> line.contains("\"tries\":2")))
                    .singleElement()
                    .asString()
                    .contains("\"status\":200", "\"upstream\":\"" + upstream.endpoint() + "\"")
                    .doesNotContain("\"flag\"", "\"reason\"");
            assertThat(gateway.meter("forebay_requests_retried_total{outcome=\"answered\"}"))
                    .isEqualTo(1);
            assertThat(gateway.meter("forebay_upstream_tries_total")).isEqualTo(3);
        }
    }
}
