package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.PolicyMode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the gateway tells about traffic: access records and meters.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class TelemetryComponentTest {
    @Test
    void recordTellsTheExchangeAndNoSecret() throws Exception {
        TestTokens tokens = new TestTokens();
        String token = tokens.token("ann", "menu");
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.of(
                        TestGateway.rule("menu").security(tokens.rule(PolicyMode.ENFORCE)), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send(String.join(
                    "\r\n",
                    "POST /menu?password=hunter2 HTTP/1.1",
                    "Host: Shop.Example",
                    "Content-Length: 4",
                    "Cookie: session=abc123",
                    "Authorization: Bearer " + token,
                    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                    "",
                    "body"));
            assertThat(client.read().status()).isEqualTo(200);
            await().until(() -> !gateway.access.lines().isEmpty());
            assertThat(gateway.access.lines())
                    .singleElement()
                    .asString()
                    .contains(
                            "\"client\":\"127.0.0.1\"",
                            "\"method\":\"POST\"",
                            "\"path\":\"/menu\"",
                            "\"status\":200",
                            "\"route\":\"default/shop/menu\"",
                            "\"principal\":\"token|shop|https://issuer.example|ann\"",
                            "\"upstream\":\"" + upstream.endpoint() + "\"",
                            "\"requestBytes\":4",
                            "\"responseBytes\":2",
                            "\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\"",
                            "\"parentId\":\"00f067aa0ba902b7\"",
                            "\"durationUs\":",
                            "\"firstByteUs\":")
                    .containsIgnoringCase("\"host\":\"shop.example\"")
                    .doesNotContain("hunter2", "abc123", token, "password", "\"reason\"");
        }
    }

    @Test
    void problemsOnlyLevelLeavesOutWhatWentWell() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        boolean isCut = wire.read().startLine().contains("/cut");
                        wire.send(isCut ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" : TestUpstream.OK);
                        if (isCut) {
                            return;
                        }
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.accessLog(AccessLog.Level.PROBLEMS))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/ok", TestGateway.rule("all").build())
                        .rule("/cut", TestGateway.rule("all").build())
                        .listen()) {
            assertThat(gateway.get("/ok").status()).isEqualTo(200);
            assertThat(gateway.get("/missing").status()).isEqualTo(404);
            try (Wire client = gateway.client()) {
                client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n").readRest();
            }
            await().untilAsserted(() -> assertThat(gateway.access.lines()).hasSize(2));
            assertThat(gateway.access.lines().getFirst()).contains("\"reason\":\"no-route\"");
            // The answer had begun with 200 and was cut off: a problem all the same.
            assertThat(gateway.access.lines().getLast())
                    .contains("\"status\":200", "\"reason\":\"upstream-reset-during-answer\"");
        }
    }

    @Test
    void leasesInPathsAreLoggedWithoutTheirSecret() throws Exception {
        String epoch = "01a2157495080000421b876b48a9320300000001";
        try (TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.accessLog(AccessLog.Level.ALL)).listen()) {
            gateway.get("/_leases/" + epoch + "0123456789abcdef/request");
            await().untilAsserted(() -> assertThat(gateway.access.lines()).hasSize(1));
            assertThat(gateway.access.lines().getFirst())
                    .contains("\"path\":\"/_leases/" + epoch + ".../request\"")
                    .doesNotContain("0123456789abcdef");
        }
    }

    @Test
    void metersCountWhatHappened() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.loops(2))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/ok", TestGateway.rule("menu").build())
                        .listen()) {
            for (int i = 0; i < 5; i++) {
                try (Wire client = gateway.client()) {
                    assertThat(client.post("/ok", "1234").status()).isEqualTo(200);
                }
            }
            assertThat(gateway.get("/missing").status()).isEqualTo(404);
            await().until(() -> gateway.gateway.status().connections() == 0);
            assertThat(gateway.meter("forebay_requests_total{route=\"default/shop/menu\",status=\"2xx\"}"))
                    .isEqualTo(5);
            assertThat(gateway.meter("forebay_requests_total{route=\"none\",status=\"4xx\"}"))
                    .isEqualTo(1);
            assertThat(gateway.meter("forebay_refusals_total{reason=\"no-route\"}"))
                    .isEqualTo(1);
            assertThat(gateway.meter("forebay_request_bytes_total")).isEqualTo(20);
            assertThat(gateway.meter("forebay_request_duration_seconds_count")).isEqualTo(6);
            assertThat(gateway.meter("forebay_request_duration_seconds_bucket{le=\"+Inf\"}"))
                    .isEqualTo(6);
            assertThat(gateway.meter("forebay_request_duration_seconds_sum")).isPositive();
            assertThat(gateway.meter("forebay_connections_open")).isZero();
        }
    }

    @Test
    void partsOfTheTimeAddUp() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        wire.read();
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                        wire.send(TestUpstream.OK);
                    }
                });
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                        .rule("/ok", TestGateway.rule("menu").build())
                        .listen()) {
            assertThat(gateway.get("/ok").status()).isEqualTo(200);
            assertThat(gateway.get("/missing").status()).isEqualTo(404);
            await().until(() -> gateway.access.lines().size() == 2);
            String called = gateway.access.lines().getFirst();
            long firstByte = number(called, "firstByteUs");
            assertThat(number(called, "upstreamFirstByteUs")).isBetween(49_000L, firstByte);
            // Each is rounded down.
            assertThat(firstByte - number(called, "gatewayUs") - number(called, "upstreamUs"))
                    .isBetween(0L, 1L);
            assertThat(number(called, "upstreamUs")
                            - number(called, "connectUs")
                            - number(called, "upstreamFirstByteUs"))
                    .isBetween(0L, 1L);
            assertThat(number(called, "durationUs")).isGreaterThanOrEqualTo(firstByte);

            String refused = gateway.access.lines().getLast();
            assertThat(refused).doesNotContain("upstreamUs", "connectUs");
            assertThat(number(refused, "gatewayUs")).isEqualTo(number(refused, "firstByteUs"));

            assertThat(gateway.meter("forebay_upstream_first_byte_seconds_bucket{le=\"0.032768\"}"))
                    .isZero();
            assertThat(gateway.meter("forebay_upstream_first_byte_seconds_sum"))
                    .isBetween(
                            number(called, "upstreamFirstByteUs") * 1e-6,
                            number(called, "upstreamFirstByteUs") * 1e-6 + 1e-6);
            assertThat(gateway.meter("forebay_upstream_connect_seconds_sum")).isPositive();
            double both = (number(called, "gatewayUs") + number(refused, "gatewayUs")) * 1e-6;
            assertThat(gateway.meter("forebay_request_gateway_seconds_count")).isEqualTo(2);
            assertThat(gateway.meter("forebay_request_gateway_seconds_sum")).isBetween(both, both + 2e-6);
        }
    }

    private static long number(String line, String member) {
        Matcher found = Pattern.compile("\"" + member + "\":(\\d+)").matcher(line);
        assertThat(found.find()).as(line).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void buffersOfTheLoopsAreCounted() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.get("/");
            assertThat(gateway.meter("forebay_memory_direct_bytes")).isPositive();
            assertThat(gateway.meter("forebay_memory_direct_max_bytes"))
                    .isGreaterThan(gateway.meter("forebay_memory_direct_bytes"));
            await().untilAsserted(() -> assertThat(gateway.meter("forebay_buffers_bytes{loop=\"0\",state=\"kept\"}"))
                    .isPositive());
            assertThat(gateway.scrape()).contains("forebay_loop_lag_max_seconds{loop=\"0\"}");
        }
    }

    @Test
    void pathsAndHostsMakeNoSeries() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(upstream.endpoint());
                Wire client = gateway.client()) {
            client.get("/0");
            long before = gateway.scrape().lines().count();
            for (int i = 0; i < 50; i++) {
                client.send("GET /" + i + " HTTP/1.1\r\nHost: h" + i + ".example\r\n\r\n")
                        .read();
            }
            assertThat(gateway.scrape().lines()).hasSize((int) before);
        }
    }
}
