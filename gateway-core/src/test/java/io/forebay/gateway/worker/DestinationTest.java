package io.forebay.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.RouteIdentity;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationTest {
    private static final RouteIdentity ROUTE = new RouteIdentity("n", "shop", "reports");
    private static final PolicySnapshot POLICY = new PolicySnapshot(
            1,
            "test",
            List.of(),
            List.of(RouteRule.builder("n/shop/reports")
                    .backends(BackendSplit.of(
                            List.of(BackendSplit.Share.of("n/usual", 1)), List.of(BackendSplit.Share.of("n/spare", 1))))
                    .build()),
            List.of(),
            List.of(),
            List.of());

    @Test
    void aJobGoesToTheFallbackWhileNothingElseIsReady() {
        assertThat(Destination.of(POLICY, ROUTE, 7, backend -> true))
                .extracting(Destination::backend)
                .isEqualTo("n/usual");
        assertThat(Destination.of(POLICY, ROUTE, 7, "n/spare"::equals))
                .extracting(Destination::backend)
                .isEqualTo("n/spare");
    }

    @Test
    void aRuleThatIsGoneLeadsNowhere() {
        assertThat(Destination.of(PolicySnapshot.empty(), ROUTE, 7, backend -> true))
                .isNull();
    }
}
