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
        for (int failure = 0; failure < 8; failure++) {
            preconnects.failed(NOW, 0);
            assertThat(preconnects.isDue(NOW + waitNs - 1)).isFalse();
            assertThat(preconnects.isDue(NOW + waitNs)).isTrue();
            waitNs = Math.min(waitNs * 2, Preconnects.BACKOFF_MAX_NS);
        }
        assertThat(waitNs).isEqualTo(Preconnects.BACKOFF_MAX_NS);
        preconnects.succeeded();
        assertThat(preconnects.isDue(NOW)).isTrue();
        preconnects.failed(NOW, 0);
        assertThat(preconnects.isDue(NOW + Preconnects.BACKOFF_MIN_NS)).isTrue();
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
