package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.BackendSplit.Share;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SessionRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients that stay at the endpoint that answered them first.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class SessionComponentTest {
    private static final SessionRule COOKIE = SessionRule.cookie("s", "/", 0, false);
    private static final SessionRule HEADER = SessionRule.header(HeaderName.of("x-session"), 0);

    private final List<TestUpstream> upstreams = new ArrayList<>();

    @AfterEach
    void closeUpstreams() {
        upstreams.forEach(TestUpstream::close);
    }

    private TestUpstream named(String name) throws IOException {
        TestUpstream upstream =
                TestUpstream.answering("HTTP/1.1 200 OK\r\nX-Session: mine\r\nContent-Length: 1\r\n\r\n" + name);
        upstreams.add(upstream);
        return upstream;
    }

    /// One that leaves no connection behind on which a later request could be lost.
    private TestUpstream closing(String name) throws IOException {
        TestUpstream upstream = TestUpstream.of(wire -> {
            wire.read();
            wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n" + name);
        });
        upstreams.add(upstream);
        return upstream;
    }

    private static TestGateway gateway(SessionRule session, TestUpstream... endpoints) throws IOException {
        return TestGateway.of(
                TestGateway.rule("all").session(session),
                List.of(endpoints).stream().map(TestUpstream::endpoint).toArray(Endpoint[]::new));
    }

    private static Wire.Message ask(TestGateway gateway, String line) throws IOException {
        try (Wire client = gateway.client()) {
            return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n").read();
        }
    }

    private static String cookie(Wire.Message answer) {
        String setCookie = answer.value("set-cookie");
        return "Cookie: " + setCookie.substring(0, setCookie.indexOf(';')) + "\r\n";
    }

    /// Of a session for each endpoint, by its name.
    private static Map<String, String> sessions(TestGateway gateway, int count) throws IOException {
        Map<String, String> sessions = new TreeMap<>();
        for (int i = 0; i < 50 && sessions.size() < count; i++) {
            Wire.Message answer = ask(gateway, "");
            sessions.put(answer.body(), cookie(answer));
        }
        assertThat(sessions).hasSize(count);
        return sessions;
    }

    @Test
    void clientWithACookieStaysAndIsNotGivenAnother() throws Exception {
        try (TestGateway gateway = gateway(COOKIE, named("a"), named("b"), named("c"))) {
            for (Map.Entry<String, String> session : sessions(gateway, 3).entrySet()) {
                for (int i = 0; i < 5; i++) {
                    Wire.Message answer = ask(gateway, session.getValue());
                    assertThat(answer.body()).isEqualTo(session.getKey());
                    assertThat(answer.value("set-cookie")).isEmpty();
                }
            }
        }
    }

    @Test
    void cookieSaysNothingOfTheEndpointAndIsNotForScripts() throws Exception {
        try (TestGateway gateway = gateway(COOKIE, named("a"))) {
            assertThat(ask(gateway, "").value("set-cookie"))
                    .matches("s=[A-Za-z0-9_-]{28}; Path=/; HttpOnly")
                    .doesNotContain(
                            String.valueOf(upstreams.getFirst().endpoint().port()));
        }
    }

    @Test
    void headerBindsLikeACookieAndReplacesTheUpstreamsOwn() throws Exception {
        try (TestGateway gateway = gateway(HEADER, named("a"), named("b"))) {
            Wire.Message first = ask(gateway, "");
            String token = first.value("x-session");
            assertThat(token).hasSize(28);
            assertThat(first.value("set-cookie")).isEmpty();
            for (int i = 0; i < 6; i++) {
                Wire.Message answer = ask(gateway, "X-Session: " + token + "\r\n");
                assertThat(answer.body()).isEqualTo(first.body());
                assertThat(answer.value("x-session")).isEqualTo("mine");
            }
        }
    }

    @Test
    void strangeTokenIsANewSession() throws Exception {
        try (TestGateway gateway = gateway(COOKIE, named("a"), named("b"))) {
            assertThat(ask(gateway, "Cookie: s=AAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n")
                            .value("set-cookie"))
                    .startsWith("s=");
        }
    }

    @Test
    void sessionEndsWithItsLifetime() throws Exception {
        SessionRule brief = SessionRule.cookie("s", "/", 1, true);
        try (TestGateway gateway = gateway(brief, named("a"))) {
            Wire.Message first = ask(gateway, "");
            assertThat(first.value("set-cookie")).contains("; Max-Age=1;");
            long untilMs = System.currentTimeMillis() + 10_000;
            String again = "";
            while (again.isEmpty() && System.currentTimeMillis() < untilMs) {
                again = ask(gateway, cookie(first)).value("set-cookie");
            }
            assertThat(again).startsWith("s=").isNotEqualTo(first.value("set-cookie"));
        }
    }

    @Test
    void sessionThatIsUsedGoesOnAndIsToldSo() throws Exception {
        SessionRule idle = SessionRule.cookie("s", "/", 3600, true).endingIdle(10);
        try (TestGateway gateway = gateway(idle, named("a"), named("b"))) {
            Wire.Message first = ask(gateway, "");
            long untilMs = System.currentTimeMillis() + 10_000;
            Wire.Message again = ask(gateway, cookie(first));
            while (again.value("set-cookie").isEmpty() && System.currentTimeMillis() < untilMs) {
                assertThat(again.body()).isEqualTo(first.body());
                again = ask(gateway, cookie(first));
            }
            // A token with both times, and what is left of the session.
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.value("set-cookie")).matches("s=[A-Za-z0-9_-]{34}; Path=/; Max-Age=35\\d\\d; HttpOnly");
            assertThat(ask(gateway, cookie(again)).body()).isEqualTo(first.body());
        }
    }

    @Test
    void sessionEndsWhenItsClientIsSilent() throws Exception {
        SessionRule idle = SessionRule.header(HeaderName.of("x-session"), 0).endingIdle(2);
        try (TestGateway gateway = gateway(idle, closing("a"))) {
            String first = ask(gateway, "").value("x-session");
            long endMs = System.currentTimeMillis() + 2_000;
            await().until(() -> System.currentTimeMillis() > endMs);
            // A session that went on would have a token of both times.
            assertThat(ask(gateway, "X-Session: " + first + "\r\n").value("x-session"))
                    .hasSize(28);
        }
    }

    @Test
    void sessionMovesFromAnEndpointThatIsGone() throws Exception {
        TestUpstream a = named("a");
        TestUpstream b = named("b");
        try (TestGateway gateway = gateway(COOKIE, a, b)) {
            String session = sessions(gateway, 2).get("a");
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, b.endpoint())
                    .listen();
            Wire.Message moved = ask(gateway, String.valueOf(session));
            assertThat(moved.body()).isEqualTo("b");
            gateway.backend(TestGateway.BACKEND, BackendLimits.DEFAULT, a.endpoint(), b.endpoint())
                    .listen();
            for (int i = 0; i < 4; i++) {
                assertThat(ask(gateway, cookie(moved)).body()).isEqualTo("b");
            }
        }
    }

    @Test
    void sessionMovesFromAnEndpointThatRefuses() throws Exception {
        TestUpstream a = closing("a");
        try (TestGateway gateway = gateway(COOKIE, a, named("b"))) {
            String session = sessions(gateway, 2).get("a");
            a.close();
            for (int i = 0; i < 10; i++) {
                Wire.Message moved = ask(gateway, String.valueOf(session));
                assertThat(moved.body()).isEqualTo("b");
                assertThat(moved.value("set-cookie")).startsWith("s=");
            }
        }
    }

    @Test
    void sessionOutlivesAReloadAndARestart() throws Exception {
        TestUpstream a = named("a");
        TestUpstream b = named("b");
        Map<String, String> sessions;
        try (TestGateway gateway = gateway(COOKIE, a, b)) {
            sessions = sessions(gateway, 2);
            gateway.backend(
                            TestGateway.BACKEND,
                            BackendLimits.DEFAULT,
                            b.endpoint(),
                            named("c").endpoint(),
                            a.endpoint())
                    .listen();
            assertThat(ask(gateway, String.valueOf(sessions.get("a"))).body()).isEqualTo("a");
            assertThat(ask(gateway, String.valueOf(sessions.get("b"))).body()).isEqualTo("b");
        }
        try (TestGateway gateway = gateway(COOKIE, b, a)) {
            for (int i = 0; i < 4; i++) {
                assertThat(ask(gateway, String.valueOf(sessions.get("a"))).body())
                        .isEqualTo("a");
            }
        }
    }

    /// Weights are for those who come; a backend that is to be emptied keeps its sessions until it is taken out.
    @Test
    void sessionBindsToTheBackendWhateverItsWeight() throws Exception {
        TestUpstream a = named("a");
        TestUpstream b = named("b");
        try (TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend("default/a", BackendLimits.DEFAULT, a.endpoint())
                .backend("default/b", BackendLimits.DEFAULT, b.endpoint())
                .rule("/", split(Share.of("default/a", 1), Share.of("default/b", 1)))
                .listen()) {
            String session = String.valueOf(sessions(gateway, 2).get("a"));
            gateway.rule("/", split(Share.of("default/a", 0), Share.of("default/b", 1)))
                    .listen();
            assertThat(ask(gateway, session).body()).isEqualTo("a");
            assertThat(ask(gateway, "").body()).isEqualTo("b");
            gateway.rule("/", split(Share.of("default/b", 1))).listen();
            assertThat(ask(gateway, session).body()).isEqualTo("b");
        }
    }

    private static RouteRule split(Share... shares) {
        return RouteRule.builder("default/shop/all")
                .backends(BackendSplit.of(List.of(shares)))
                .session(COOKIE)
                .build();
    }

    @Test
    void callsOfGrpcStayToo() throws Exception {
        BackendTransport h2c = new BackendTransport(BackendTransport.Http.VERSION_2, null);
        try (Http2TestUpstream a = grpc("a");
                Http2TestUpstream b = grpc("b");
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, h2c, a.endpoint(), b.endpoint())
                        .rule("/", TestGateway.rule("all").session(COOKIE).build())
                        .listen();
                Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.grpc(1, "/shop.Menu/List");
            List<String> first = client.answer(1).head();
            String cookie = first.stream()
                    .filter(line -> line.startsWith("set-cookie: "))
                    .map(line -> line.substring(12, line.indexOf(';')))
                    .findFirst()
                    .orElseThrow();
            String name = first.stream()
                    .filter(line -> line.startsWith("x-name: "))
                    .findFirst()
                    .orElseThrow();
            for (int stream = 3; stream < 13; stream += 2) {
                client.grpc(stream, "/shop.Menu/List", "cookie", cookie);
                assertThat(client.answer(stream).head())
                        .contains(name)
                        .noneMatch(line -> line.startsWith("set-cookie"));
            }
        }
    }

    private static Http2TestUpstream grpc(String name) throws Exception {
        return Http2TestUpstream.of(call -> call.head(false, "200", "content-type", "application/grpc", "x-name", name)
                .trailers("grpc-status", "0"));
    }
}
