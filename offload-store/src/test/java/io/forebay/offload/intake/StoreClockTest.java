package io.forebay.offload.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StoreClockTest {
    private static final class TwoClocks implements TimeSource {
        long wallMs = 1_000_000;
        long ns;

        @Override
        public long wallMs() {
            return wallMs;
        }

        @Override
        public long nanoTime() {
            return ns;
        }

        void pass(long ms) {
            wallMs += ms;
            ns += ms * 1_000_000;
        }
    }

    private final TwoClocks time = new TwoClocks();

    @Test
    void followsTheWallClockWhileItBehaves() {
        StoreClock clock = new StoreClock(time, 0);
        time.pass(5_000);
        assertThat(clock.nowMs()).isEqualTo(1_005_000);
    }

    @Test
    void beginsAfterTheLastStamp() {
        assertThat(new StoreClock(time, 2_000_000).nowMs()).isGreaterThan(2_000_000);
    }

    @Test
    void aJumpOfTheWallClockIsFollowedSlowlyInBothDirections() {
        StoreClock clock = new StoreClock(time, 0);
        time.wallMs += 3_600_000;
        time.pass(1_000);
        assertThat(clock.nowMs()).isBetween(1_001_000L, 1_001_100L);

        StoreClock other = new StoreClock(time, 0);
        long before = other.nowMs();
        time.wallMs -= 3_600_000;
        time.pass(1_000);
        assertThat(other.nowMs()).isBetween(before + 900, before + 1_000);
    }

    @Test
    void neverGoesBack() {
        StoreClock clock = new StoreClock(time, 0);
        long last = clock.nowMs();
        for (int i = 0; i < 1_000; i++) {
            time.ns += 1_000_000;
            time.wallMs -= 7;
            long now = clock.nowMs();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
    }
}
