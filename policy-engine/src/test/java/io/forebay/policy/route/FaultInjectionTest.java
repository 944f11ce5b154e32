package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.PolicyMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FaultInjectionTest {
    private static final int CALLS = 100_000;

    @Test
    void sharesAreKept() {
        FaultInjection faults = new FaultInjection(PolicyMode.ENFORCE, 1, 0.25, 503, 0, 0.005);
        Random random = new Random(7);
        int delayed = 0;
        int aborted = 0;
        for (int i = 0; i < CALLS; i++) {
            delayed += faults.delays(random.nextLong()) ? 1 : 0;
            aborted += faults.aborts(random.nextLong(), false) ? 1 : 0;
        }
        assertThat(delayed).isBetween(24_000, 26_000);
        assertThat(aborted).isBetween(400, 600);
    }

    @Test
    void allAndNoneAreThat() {
        FaultInjection all = new FaultInjection(PolicyMode.ENFORCE, 1, 1, 503, 0, 1);
        FaultInjection none = new FaultInjection(PolicyMode.ENFORCE, 1, 0, 503, 0, 0);
        for (long random : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(all.delays(random)).isTrue();
            assertThat(all.aborts(random, false)).isTrue();
            assertThat(none.delays(random)).isFalse();
            assertThat(none.aborts(random, false)).isFalse();
        }
    }

    @Test
    void statusOfGrpcIsForCallsOfGrpc() {
        FaultInjection faults = new FaultInjection(PolicyMode.ENFORCE, 0, 0, 0, 14, 1);
        assertThat(faults.aborts(0, true)).isTrue();
        assertThat(faults.aborts(0, false)).isFalse();
        assertThat(faults.delays(0)).isFalse();
    }
}
