package io.forebay.mesh.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.Hedging;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.BreakerSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HedgeDelayTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private static BackendGuard guard(@Nullable Hedging hedging) {
        Backend backend = new Backend(
                new BackendId("shop", "menu"),
                List.of(new Endpoint("a", 1), new Endpoint("b", 1)),
                BackendLimits.DEFAULT,
                LoadBalancer.of(Balance.ROUND_ROBIN),
                HealthCheck.NONE,
                BackendTransport.DEFAULT,
                Discovery.NONE,
                hedging);
        return BackendGuard.fresh(backend, BreakerSettings.DEFAULT, 0);
    }

    private static void answered(LoopBackend backend, long tookNs) {
        for (int i = 0; i < FirstByteTimes.SAMPLES_MIN; i++) {
            backend.firstByte(tookNs, 0);
        }
    }

    @Test
    void withoutHedgingNothingIsKept() {
        LoopBackend backend = LoopBackend.of(guard(null));
        answered(backend, MS);
        assertThat(backend.hedgeDelayNs(0)).isEqualTo(FirstByteTimes.UNKNOWN);
        assertThat(backend.next(guard(new Hedging(95, MS))).hedgeDelayNs(0)).isEqualTo(FirstByteTimes.UNKNOWN);
    }

    @Test
    void theDelayIsThePercentileAndNeverLessThanTheFloor() {
        LoopBackend backend = LoopBackend.of(guard(new Hedging(95, 20 * MS)));
        assertThat(backend.hedgeDelayNs(0)).isEqualTo(FirstByteTimes.UNKNOWN);
        answered(backend, MS);
        long laterNs = FirstByteTimes.KEPT_NS;
        assertThat(backend.hedgeDelayNs(laterNs)).isEqualTo(20 * MS);
        answered(backend, 80 * MS);
        assertThat(backend.hedgeDelayNs(2 * laterNs)).isBetween(80 * MS, 90 * MS);
    }

    @Test
    void whatIsKnownOutlastsAReload() {
        LoopBackend backend = LoopBackend.of(guard(new Hedging(95, 20 * MS)));
        answered(backend, 80 * MS);
        assertThat(backend.next(guard(new Hedging(50, MS))).hedgeDelayNs(0)).isBetween(80 * MS, 90 * MS);
        assertThat(backend.next(guard(null)).hedgeDelayNs(0)).isEqualTo(FirstByteTimes.UNKNOWN);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Hedging(49, MS));
        assertThatIllegalArgumentException().isThrownBy(() -> new Hedging(100, MS));
        assertThatIllegalArgumentException().isThrownBy(() -> new Hedging(95, MS - 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Hedging(95, TimeUnit.MINUTES.toNanos(1) + 1));
    }
}
