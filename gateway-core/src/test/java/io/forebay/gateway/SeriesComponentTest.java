package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Series by route and by backend, of a policy that has more of both than there is room for.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class SeriesComponentTest {
    private static final Pattern NAMED = Pattern.compile("[{,](route|backend)=\"");

    private static long namedSeries(TestGateway gateway) {
        return gateway.scrape()
                .lines()
                .filter(line -> NAMED.matcher(line).find())
                .count();
    }

    private static double requests(TestGateway gateway, String route) {
        return gateway.meter("forebay_requests_total{route=\"" + route + "\",status=\"2xx\"}");
    }

    @Test
    void fiveThousandRoutesAndBackendsHaveAThousandSeriesAtMost() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.accessLog(AccessLog.Level.OFF))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())) {
            List<String> paths = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                gateway.added("/r" + i, TestGateway.rule("r" + i).build());
                gateway.backend("default/b" + i, BackendLimits.DEFAULT, new Endpoint("127.0.0.1", 9));
                paths.add("/r" + i);
            }
            gateway.listen();
            try (Wire client = gateway.client()) {
                for (String path : paths) {
                    assertThat(client.get(path).status()).isEqualTo(200);
                }
            }
            assertThat(namedSeries(gateway)).isBetween(900L, 1_000L);
            assertThat(requests(gateway, "default/shop/r0")).isEqualTo(1);
            assertThat(requests(gateway, "default/shop/r4999")).isZero();
            await().untilAsserted(() -> assertThat(requests(gateway, "other")).isGreaterThan(4_800));
            // The backend that was called came first.
            assertThat(gateway.meter("forebay_backend_requests_total{backend=\"default/up\",outcome=\"answered\"}"))
                    .isGreaterThan(4_990);
        }
    }

    @Test
    void routeThatLeavesThePolicyGivesItsPlaceBack() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT.telemetry(
                                TestGateway.Boot.DEFAULT.telemetry().seriesMax(100)))
                        .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())) {
            for (int i = 0; i < 20; i++) {
                gateway.rule("/r" + i, TestGateway.rule("r" + i).build());
            }
            gateway.listen();
            try (Wire client = gateway.client()) {
                for (int i = 0; i < 20; i++) {
                    client.get("/r" + i);
                }
                await().until(() -> gateway.access.lines().size() == 20);
                assertThat(requests(gateway, "default/shop/r1")).isEqualTo(1);
                assertThat(requests(gateway, "default/shop/r19")).isZero();
                assertThat(requests(gateway, "other")).isEqualTo(12);

                gateway.without("/r0").listen();
                gateway.scrape();
                client.get("/r19");
                client.get("/r1");
                await().until(() -> gateway.access.lines().size() == 22);
                assertThat(gateway.scrape()).doesNotContain("\"default/shop/r0\"");
                assertThat(requests(gateway, "default/shop/r19")).isEqualTo(1);
                assertThat(requests(gateway, "default/shop/r1")).isEqualTo(2);
                assertThat(requests(gateway, "other")).isEqualTo(12);
            }
        }
    }
}
