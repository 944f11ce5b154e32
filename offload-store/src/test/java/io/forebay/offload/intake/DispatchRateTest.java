package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Lease;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueSettings.DispatchRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How fast the jobs of a queue begin.
final class DispatchRateTest {
    private final TestStore store = new TestStore();

    @AfterEach
    void close() {
        store.close();
    }

    private void rate(DispatchRate rate) {
        store.configure(Map.of(
                "q",
                new QueueSettings(
                        1_000,
                        rate,
                        60_000,
                        SETTINGS.retry(),
                        SETTINGS.tenants(),
                        SETTINGS.limits(),
                        SETTINGS.retention())));
    }

    private void submit(int jobs) {
        for (int i = 0; i < jobs; i++) {
            store.submit(store.submission("job " + i));
        }
    }

    @Test
    void oneAfterTheOtherAtTheRate() {
        rate(new DispatchRate(10, 1_000, 1));
        submit(5);
        assertThat(store.lease(5)).hasSize(1);
        assertThat(store.lease(5)).isEmpty();
        store.pass(99);
        assertThat(store.lease(5)).isEmpty();
        store.pass(1);
        assertThat(store.lease(5)).hasSize(1);
        // What a pause left unused is not made up, but for the burst.
        store.pass(10_000);
        assertThat(store.lease(5)).hasSize(1);
    }

    @Test
    void aBurstAtOnceAndThenAtTheRate() {
        rate(new DispatchRate(10, 1_000, 3));
        submit(10);
        assertThat(store.lease(10)).hasSize(3);
        store.pass(100);
        assertThat(store.lease(10)).hasSize(1);
        store.pass(10_000);
        assertThat(store.lease(10)).hasSize(3);
    }

    @Test
    void overALongTimeTheRateIsExact() {
        rate(new DispatchRate(700, 60_000, 2));
        submit(400);
        List<Lease> leases = new ArrayList<>();
        for (int tick = 0; tick < 3_000; tick++) {
            leases.addAll(store.lease(10));
            store.pass(10);
        }
        // 30 seconds at 700 a minute.
        assertThat(leases.size()).isBetween(350, 353);
    }

    @Test
    void whoWaitsIsToldWhenTheNextMayBegin() {
        rate(new DispatchRate(1, 1_000, 1));
        submit(2);
        store.lease(2);
        store.pass(10);
        store.readySignals.clear();
        store.pass(980);
        assertThat(store.readySignals).isEmpty();
        store.time.advance(20);
        await().untilAsserted(() -> assertThat(store.readySignals).contains("q"));
        assertThat(store.lease(2)).hasSize(1);
    }

    @Test
    void aCallThatRunsAlreadyIsNotHeldBack() {
        rate(new DispatchRate(1, 60_000, 1));
        submit(1);
        store.lease(1);
        HandedOver taken = TestStore.value(TestStore.<HandedOver>done(
                c -> store.jobs().handOver(new HandOver(store.submission("call"), false, 30_000, 7), c)));
        assertThat(taken.lease()).isNotNull();
    }

    @Test
    void anotherRateBeginsAnew() {
        rate(new DispatchRate(1, 86_400_000, 3));
        submit(5);
        assertThat(store.lease(5)).hasSize(3);
        rate(new DispatchRate(10, 1_000, 1));
        assertThat(store.lease(5)).hasSize(1);
        store.pass(100);
        assertThat(store.lease(5)).hasSize(1);
    }

    @Test
    void withoutARateNothingIsHeldBack() {
        store.configure(Map.of("q", SETTINGS));
        submit(8);
        assertThat(store.leaseAll(8)).hasSize(8);
    }
}
