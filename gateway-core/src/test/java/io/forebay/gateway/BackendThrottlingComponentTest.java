package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.AdaptiveConcurrency;
import io.forebay.mesh.AdmissionControl;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.resilience.BreakerSettings;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Calls that are not made for what the backend's answers tell of it.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class BackendThrottlingComponentTest {
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final String FAILURE = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

    private static BackendLimits limits(@Nullable AdaptiveConcurrency adaptive, @Nullable AdmissionControl admission) {
        return new BackendLimits(1_024, 1_024, 1_024, adaptive, admission);
    }

    private static TestGateway gateway(TestUpstream upstream, BackendLimits limits) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, limits, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    @Test
    void requestBeyondWhatTheBackendCanBearIsRefused() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AdaptiveConcurrency one = new AdaptiveConcurrency(1, 1, WINDOW_NS, 0.25, MINUTE_NS);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    while (true) {
                        wire.read();
                        asked.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        wire.send(TestUpstream.OK);
                    }
                });
                TestGateway gateway = gateway(upstream, limits(one, null));
                Wire first = gateway.client()) {
            first.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            Wire.Message refused = gateway.get("/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.value("retry-after")).isEqualTo("1");
            assertThat(refused.body()).contains("problems/backend-limit").contains("backend-adaptive-limit");
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"flag\":\"backend-adaptive-limit\"")));
            release.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(gateway.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void backendThatFailsIsAskedLess() throws Exception {
        AdmissionControl strict = new AdmissionControl(MINUTE_NS, 0.95, 1, 0, 0.9);
        try (TestUpstream upstream = TestUpstream.answering(FAILURE);
                TestGateway gateway = new TestGateway(
                                TestGateway.Boot.DEFAULT.breakers(new BreakerSettings(1_000_000, 1, 0, MINUTE_NS)))
                        .backend(TestGateway.BACKEND, limits(null, strict), upstream.endpoint())
                        .rule("/", TestGateway.rule("all").build())
                        .listen();
                Wire client = gateway.client()) {
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                Wire.Message answer = client.get("/");
                if (answer.status() == 503) {
                    assertThat(answer.body()).contains("backend-not-admitted");
                    refused++;
                } else {
                    assertThat(answer.status()).isEqualTo(500);
                }
            }
            // 270 on the average once the rate is known.
            assertThat(refused).isBetween(150, 299);
            assertThat(upstream.requests).hasSize(300 - refused);
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"flag\":\"backend-not-admitted\"")));
        }
    }

    @Test
    void backendThatSucceedsIsAskedAlways() throws Exception {
        AdmissionControl strict = new AdmissionControl(MINUTE_NS, 0.95, 1, 0, 0.9);
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(upstream, limits(null, strict));
                Wire client = gateway.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.get("/").status()).isEqualTo(200);
            }
        }
    }
}
