package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuietPeriodTest {

    private final QuietPeriod quiet = new QuietPeriod(100, 1_000);

    @Test
    void nothingIsDueWithoutAChange() {
        assertThat(quiet.isDue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aChangeIsDueOnceFilesWereQuiet() {
        quiet.changed(50);

        assertThat(quiet.isDue(149)).isFalse();
        assertThat(quiet.isDue(150)).isTrue();
    }

    @Test
    void eachChangeStartsTheQuietAnewButNotBeyondTheLimit() {
        for (long nowNs = 0; nowNs < 1_000; nowNs += 50) {
            quiet.changed(nowNs);
            assertThat(quiet.isDue(nowNs)).isFalse();
        }
        assertThat(quiet.isDue(1_000)).isTrue();
    }

    @Test
    void appliedChangesAreDone() {
        quiet.changed(0);
        quiet.applied();

        assertThat(quiet.isDue(2_000)).isFalse();
        quiet.changed(2_000);
        assertThat(quiet.waitNs(2_000)).isEqualTo(100);
    }

    @Test
    void theClockMayWrapAround() {
        quiet.changed(Long.MAX_VALUE - 10);

        assertThat(quiet.isDue(Long.MIN_VALUE + 10)).isFalse();
        assertThat(quiet.isDue(Long.MIN_VALUE + 100)).isTrue();
    }
}
