package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Http3NuisanceTest {
    private final Http3Nuisance nuisance = new Http3Nuisance();

    @Test
    void framesThatMeanNoWorkAreBoundedWithinASecond() {
        long nowNs = 10_000_000_000L;
        for (int i = 0; i < Http3Limits.IDLE_FRAMES_MAX; i++) {
            assertThat(nuisance.isIdleFrameTooMany(nowNs)).isFalse();
        }
        assertThat(nuisance.isIdleFrameTooMany(nowNs)).isTrue();
        assertThat(nuisance.isIdleFrameTooMany(nowNs + Http3Limits.IDLE_FRAMES_WINDOW_NS + 1))
                .isFalse();
    }

    @Test
    void resetsAreBoundedWithinAWhile() {
        long nowNs = 100_000_000_000L;
        for (int i = 0; i < Http3Limits.RESETS_MAX; i++) {
            assertThat(nuisance.isResetTooMany(nowNs)).isFalse();
        }
        assertThat(nuisance.isResetTooMany(nowNs)).isTrue();
        assertThat(nuisance.isResetTooMany(nowNs + Http3Limits.RESET_WINDOW_NS + 1))
                .isFalse();
    }

    @Test
    void connectionWearsOutByStreamsCutShort() {
        for (int i = 0; i < Http3Limits.CUT_SHORT_MAX; i++) {
            assertThat(nuisance.isWornOut()).isFalse();
        }
        assertThat(nuisance.isWornOut()).isTrue();
    }
}
