package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryRuleTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private static void assertWithin(RetryRule rule, int done, long fromNs, long belowNs) {
        Random random = new Random(done);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 2_000; i++) {
            long delay = rule.delayNs(done, random.nextLong());
            least = Math.min(least, delay);
            most = Math.max(most, delay);
        }
        assertThat(least).isBetween(fromNs, fromNs + (belowNs - fromNs) / 20);
        assertThat(most).isBetween(belowNs - (belowNs - fromNs) / 20, belowNs - 1);
    }

    @Test
    void spanDoublesUpToTenTimes() {
        RetryRule rule = new RetryRule(9, List.of(), 0);
        assertWithin(rule, 0, 0, 25 * MS);
        assertWithin(rule, 1, 0, 50 * MS);
        assertWithin(rule, 3, 0, 200 * MS);
        assertWithin(rule, 4, 0, 250 * MS);
        assertWithin(rule, 60, 0, 250 * MS);
    }

    @Test
    void leastTimeIsKept() {
        RetryRule rule = new RetryRule(9, List.of(), 100 * MS);
        assertWithin(rule, 0, 100 * MS, 200 * MS);
        assertWithin(rule, 2, 100 * MS, 500 * MS);
    }

    @Test
    void codesAreThoseNamed() {
        RetryRule rule = new RetryRule(1, List.of(500, 503), 0);
        assertThat(rule.retries(503)).isTrue();
        assertThat(rule.retries(502)).isFalse();
        assertThat(rule.retries(200)).isFalse();
    }
}
