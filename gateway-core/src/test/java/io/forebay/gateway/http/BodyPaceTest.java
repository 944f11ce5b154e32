package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ClientTraffic;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static BodyPace pace(long requestSeconds, long bytesPerSecond) {
        BodyPace pace =
                new BodyPace(new ClientTraffic.Timeouts(requestSeconds * SECOND_NS, 60 * SECOND_NS, bytesPerSecond));
        pace.begin(0);
        return pace;
    }

    @Test
    void byteAMinuteIsTooSlowAfterTenSeconds() {
        BodyPace pace = pace(0, 100);
        assertThat(pace.isTooSlow(0, 1, true, 9 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1, true, 10 * SECOND_NS)).isTrue();
    }

    @Test
    void onlyTheLastTenSecondsCount() {
        BodyPace pace = pace(0, 100);
        assertThat(pace.isTooSlow(0, 1_000_000, true, 10 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1_000_999, true, 20 * SECOND_NS)).isTrue();
    }

    @Test
    void justTheRateIsEnough() {
        BodyPace pace = pace(0, 100);
        for (long i = 1; i <= 100; i++) {
            assertThat(pace.isTooSlow(0, i * 1_000, true, i * 10 * SECOND_NS)).isFalse();
        }
    }

    @Test
    void timeInWhichTheGatewayDoesNotReadIsNotTheClients() {
        BodyPace pace = pace(0, 100);
        assertThat(pace.isTooSlow(0, 1, false, 9 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1, false, 100 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1, true, 109 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1, true, 110 * SECOND_NS)).isTrue();
    }

    @Test
    void requestMustBeWholeInItsTimeHoweverFastItComes() {
        BodyPace pace = pace(30, 0);
        assertThat(pace.isTooSlow(0, 1L << 40, true, 30 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 1L << 41, true, 30 * SECOND_NS + 1)).isTrue();
    }

    @Test
    void withoutAPolicyNothingIsTooSlow() {
        BodyPace pace = new BodyPace(ClientTraffic.Timeouts.DEFAULT);
        pace.begin(0);
        assertThat(pace.isTooSlow(0, 0, true, 1_000 * SECOND_NS)).isFalse();
        assertThat(pace.isTooSlow(0, 0, true, 2_000 * SECOND_NS)).isFalse();
    }
}
