package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PreconnectsTest {
    private static final long NOW = -5;

    private final Preconnects preconnects = new Preconnects();

    @Test
    void nothingHasFailedYet() {
        assertThat(preconnects.isDue(NOW)).isTrue();
    }

    @Test
    void eachFailureDoublesTheWaitUpToItsEnd() {
        long waitNs = Preconnects.BACKOFF_MIN_NS;
        long nowNs = NOW;
        for (int failure = 0; failure < 8; failure++) {
            preconnects.failed(nowNs, 0);
            assertThat(preconnects.isDue(nowNs + waitNs - 1)).isFalse();
            nowNs += waitNs;
            assertThat(preconnects.isDue(nowNs)).isTrue();
            waitNs = Math.min(waitNs * 2, Preconnects.BACKOFF_MAX_NS);
        }
        assertThat(waitNs).isEqualTo(Preconnects.BACKOFF_MAX_NS);
    }

    @Test
    void ofManyFailuresAtATimeTheFirstCounts() {
        preconnects.failed(NOW, 0);
        preconnects.failed(NOW, 0);
        preconnects.failed(NOW + 1, 0);
        assertThat(preconnects.isDue(NOW + Preconnects.BACKOFF_MIN_NS)).isTrue();
    }

    @Test
    void onlyWhatHasStoodForAWhileEndsTheWaits() {
        preconnects.failed(NOW, 0);
        long dueNs = NOW + Preconnects.BACKOFF_MIN_NS;
        preconnects.stand(dueNs + Preconnects.STABLE_NS - 1);
        preconnects.failed(dueNs, 0);
        assertThat(preconnects.isDue(dueNs + 2 * Preconnects.BACKOFF_MIN_NS - 1))
                .isFalse();
        long laterNs = dueNs + 2 * Preconnects.BACKOFF_MIN_NS;
        preconnects.stand(laterNs + Preconnects.STABLE_NS);
        preconnects.failed(laterNs, 0);
        assertThat(preconnects.isDue(laterNs + Preconnects.BACKOFF_MIN_NS)).isTrue();
    }

    @Test
    void chanceMakesItUpToATenthLater() {
        preconnects.failed(NOW, Preconnects.BACKOFF_MIN_NS / 10);
        assertThat(preconnects.isDue(NOW + Preconnects.BACKOFF_MIN_NS * 11 / 10 - 1))
                .isFalse();
        assertThat(preconnects.isDue(NOW + Preconnects.BACKOFF_MIN_NS * 11 / 10))
                .isTrue();
    }
}
