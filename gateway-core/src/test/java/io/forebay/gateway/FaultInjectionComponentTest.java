package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.route.FaultInjection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls that a policy lets fail or wait on purpose.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class FaultInjectionComponentTest {
    private static final long DELAY_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /// Longer than a busy machine takes to tell the gateway that a client has left.
    private static final long LONG_DELAY_NS = TimeUnit.SECONDS.toNanos(3);

    private static FaultInjection abort(PolicyMode mode, int httpStatus, int grpcStatus) {
        return new FaultInjection(mode, 0, 0, httpStatus, grpcStatus, 1);
    }

    private static FaultInjection delay(PolicyMode mode, long delayNs) {
        return new FaultInjection(mode, delayNs, 1, 0, 0, 0);
    }

    private static TestGateway gateway(FaultInjection faults, TestUpstream upstream) throws Exception {
        return TestGateway.of(TestGateway.rule("all").faults(faults), upstream.endpoint());
    }

    @Test
    void abortedRequestIsAProblemWithTheStatusAskedFor() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(abort(PolicyMode.ENFORCE, 418, 0), upstream)) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.value("content-type")).isEqualTo("application/problem+json");
            assertThat(answer.body())
                    .contains("\"type\":\"https://forebay.io/problems/fault-injected\"", "\"status\":418");
            assertThat(upstream.accepted).hasValue(0);
            assertThat(gateway.meter("forebay_refusals_total{reason=\"fault-injected\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void bodyOfAnAbortedRequestIsReadAndTheConnectionGoesOn() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(abort(PolicyMode.ENFORCE, 503, 0), upstream);
                Wire client = gateway.client()) {
            assertThat(client.post("/", "hello").status()).isEqualTo(503);
            assertThat(client.get("/").status()).isEqualTo(503);
        }
    }

    @Test
    void abortedCallOfGrpcHasAStatusOfGrpc() throws Exception {
        for (int[] statuses : new int[][] {{0, 8, 8}, {503, 0, 14}}) {
            try (TestUpstream upstream = TestUpstream.ok();
                    TestGateway gateway = gateway(abort(PolicyMode.ENFORCE, statuses[0], statuses[1]), upstream);
                    Http2TestClient client = Http2TestClient.connect(gateway.port)) {
                client.grpc(1, "/shop.Menu/List");
                assertThat(client.answer(1).head())
                        .contains(":status: 200", "grpc-status: " + statuses[2])
                        .anyMatch(line -> line.startsWith("grpc-message: fault-injected"));
            }
        }
    }

    @Test
    void statusOfGrpcAbortsNothingElse() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(abort(PolicyMode.ENFORCE, 0, 14), upstream)) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
        }
    }

    @Test
    void delayedCallIsMadeLater() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(delay(PolicyMode.ENFORCE, DELAY_NS), upstream);
                Wire client = gateway.client()) {
            long beganNs = System.nanoTime();
            Wire.Message answer = client.post("/", "hello");
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(System.nanoTime() - beganNs).isGreaterThanOrEqualTo(DELAY_NS);
            assertThat(upstream.request().body()).isEqualTo("hello");
            assertThat(client.get("/").body()).isEqualTo("ok");
        }
    }

    @Test
    void clientThatLeavesADelayedCallIsNotCalledFor() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(delay(PolicyMode.ENFORCE, LONG_DELAY_NS), upstream)) {
            try (Wire client = gateway.client()) {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
                client.reset();
            }
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void shadowOnlyTells() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(abort(PolicyMode.SHADOW, 503, 0), upstream)) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(gateway.meter("forebay_shadow_refusals_total{reason=\"fault-injected\"}"))
                    .isEqualTo(1);
        }
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(delay(PolicyMode.SHADOW, DELAY_NS), upstream)) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(gateway.meter("forebay_shadow_refusals_total{reason=\"delay-injected\"}"))
                    .isEqualTo(1);
        }
    }
}
