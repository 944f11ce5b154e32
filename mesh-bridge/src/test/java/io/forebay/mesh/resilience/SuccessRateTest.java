package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.forebay.mesh.AdmissionControl;
import io.forebay.mesh.BackendLimits;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SuccessRateTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static AdmissionControl settings(double rate, int aggression, int requests) {
        return new AdmissionControl(30 * SECOND_NS, rate, aggression, requests, 0.8);
    }

    private static SuccessRate of(AdmissionControl settings, int successes, int failures) {
        SuccessRate rate = new SuccessRate(settings);
        for (int i = 0; i < successes + failures; i++) {
            rate.onOutcome(0, i < successes);
        }
        return rate;
    }

    @Test
    void rateThatIsKeptRefusesNothing() {
        assertThat(of(settings(0.95, 1, 0), 95, 5).rejection(0)).isZero();
        assertThat(of(settings(0.95, 1, 0), 100, 0).rejection(0)).isZero();
        assertThat(new SuccessRate(settings(0.95, 1, 0)).rejection(0)).isZero();
    }

    @Test
    void excessOfFailuresIsRefused() {
        // (100 - 50 / 0.95) / 101
        assertThat(of(settings(0.95, 1, 0), 50, 50).rejection(0)).isCloseTo(0.469, within(0.001));
        assertThat(of(settings(0.5, 1, 0), 50, 50).rejection(0)).isZero();
        assertThat(of(settings(0.5, 1, 0), 25, 75).rejection(0)).isCloseTo(0.495, within(0.001));
    }

    @Test
    void aggressionRefusesMore() {
        assertThat(of(settings(0.95, 2, 0), 50, 50).rejection(0)).isCloseTo(Math.sqrt(0.469), within(0.001));
    }

    @Test
    void someAreAlwaysMade() {
        assertThat(of(settings(0.95, 1, 0), 0, 1_000).rejection(0)).isEqualTo(0.8);
    }

    @Test
    void fewCallsAreNeverRefused() {
        assertThat(of(settings(0.95, 1, 5), 0, 149).rejection(0)).isZero();
        assertThat(of(settings(0.95, 1, 5), 0, 150).rejection(0)).isEqualTo(0.8);
    }

    @Test
    void whatIsOutOfTheWindowIsForgotten() {
        SuccessRate rate = of(settings(0.95, 1, 0), 0, 100);
        assertThat(rate.rejection(29 * SECOND_NS)).isEqualTo(0.8);
        assertThat(rate.rejection(30 * SECOND_NS)).isZero();
        rate.onOutcome(31 * SECOND_NS, false);
        assertThat(rate.rejection(31 * SECOND_NS)).isPositive();
        assertThat(rate.rejection(4_000 * SECOND_NS)).isZero();
    }

    /// A backend that fails for a while: the gateway makes a fifth of the calls, and all once it is well again.
    @Test
    void backendIsSparedWhileItFailsAndServedWhenItIsWell() {
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(10, 10, 10, null, settings(0.95, 1, 1)));
        Random random = new Random(3);
        int[] made = new int[3];
        for (int second = 0; second < 180; second++) {
            int third = second / 60;
            for (int call = 0; call < 100; call++) {
                long nowNs = second * SECOND_NS + call;
                if (limit.admit(nowNs, random.nextLong()) == ConcurrencyLimit.Admission.ADMITTED) {
                    made[third]++;
                    limit.ended(nowNs, third != 1);
                    limit.release(io.forebay.mesh.BackendResource.REQUESTS);
                }
            }
        }
        assertThat(made[0]).isEqualTo(6_000);
        assertThat(made[1]).isBetween(1_100, 2_600);
        assertThat(made[2]).isGreaterThan(4_000);
    }

    @Test
    void policyThatGoesTakesItsRefusalsWithIt() {
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(10, 10, 10, null, settings(0.95, 1, 0)));
        for (int i = 0; i < 100; i++) {
            limit.ended(0, false);
        }
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.REFUSED);
        limit.adjust(new BackendLimits(10, 10, 10, null, settings(0.95, 1, 0)));
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.REFUSED);
        limit.adjust(new BackendLimits(10, 10, 10));
        assertThat(limit.admit(0, 0)).isEqualTo(ConcurrencyLimit.Admission.ADMITTED);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionControl(0, 0.5, 1, 0, 0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionControl(1, 1.1, 1, 0, 0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionControl(1, 0.5, 0, 0, 0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionControl(1, 0.5, 1, 0, 1));
    }
}
