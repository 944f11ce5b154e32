package io.forebay.mesh.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.HealthCheck;
import org.junit.jupiter.api.Test;

class EndpointHealthTest {
    private static final HealthCheck.Active THREE_TWO =
            new HealthCheck.Active(1_000, 1_000, 3, 2, new HealthCheck.Probe.Tcp());

    private final EndpointHealth health = new EndpointHealth(5);

    private boolean probe(boolean isSuccess, long nowNs) {
        return health.onProbe(isSuccess, THREE_TWO, nowNs);
    }

    @Test
    void anEndpointThatNobodyAskedIsUp() {
        assertThat(health.isUp()).isTrue();
        assertThat(health.upSinceNs()).isEqualTo(5);
    }

    @Test
    void theFirstProbeDecidesAlone() {
        assertThat(probe(false, 6)).isTrue();
        assertThat(health.isUp()).isFalse();
    }

    @Test
    void afterASuccessItTakesThreeFailuresInARow() {
        assertThat(probe(true, 6)).isFalse();
        assertThat(probe(false, 7)).isFalse();
        assertThat(probe(false, 8)).isFalse();
        assertThat(probe(true, 9)).isFalse();
        assertThat(probe(false, 10)).isFalse();
        assertThat(probe(false, 11)).isFalse();
        assertThat(health.isUp()).isTrue();
        assertThat(probe(false, 12)).isTrue();
        assertThat(health.isUp()).isFalse();
    }

    @Test
    void itIsUpAgainAfterTwoSuccessesInARowAndSaysSinceWhen() {
        probe(false, 6);
        assertThat(probe(true, 7)).isFalse();
        assertThat(probe(false, 8)).isFalse();
        assertThat(probe(true, 9)).isFalse();
        assertThat(health.upSinceNs()).isEqualTo(5);
        assertThat(probe(true, 10)).isTrue();
        assertThat(health.isUp()).isTrue();
        assertThat(health.upSinceNs()).isEqualTo(10);
    }
}
