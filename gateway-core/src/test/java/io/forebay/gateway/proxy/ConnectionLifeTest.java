package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.ConnectionSettings;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLifeTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /// Times may be negative.
    private static final long BEGIN = -10 * SECOND;

    private static ConnectionSettings settings(long idleSeconds, long durationSeconds, int requests) {
        return new ConnectionSettings(5 * SECOND, idleSeconds * SECOND, durationSeconds * SECOND, requests, 0, null);
    }

    private static ConnectionLife life(long random) {
        return new ConnectionLife(BEGIN, random, ConnectionLife.UNTOLD_NS);
    }

    @Test
    void restIsCountedFromTheLastRequest() {
        ConnectionSettings settings = settings(50, 0, 0);
        ConnectionLife life = life(0);
        assertThat(life.isOver(settings, BEGIN + 50 * SECOND - 1)).isFalse();
        assertThat(life.isOver(settings, BEGIN + 50 * SECOND)).isTrue();
        life.rests(BEGIN + 40 * SECOND);
        assertThat(life.isOver(settings, BEGIN + 50 * SECOND)).isFalse();
        assertThat(life.isOver(settings, BEGIN + 90 * SECOND)).isTrue();
        assertThat(life.isSpent(settings, BEGIN + 10_000 * SECOND)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"60,59000", "5,4000", "2,1000", "1,500", "0,0", "999999999,3600000"})
    void restEndsBeforeTheServersTime(long told, long restMs) {
        ConnectionSettings settings = settings(3_600, 0, 0);
        ConnectionLife life = life(0);
        life.told(told);
        long restNs = TimeUnit.MILLISECONDS.toNanos(restMs);
        assertThat(life.isOver(settings, BEGIN + restNs)).isTrue();
        assertThat(restMs > 0 && life.isOver(settings, BEGIN + restNs - 1)).isFalse();
    }

    @Test
    void whatTheEndpointSaidBeforeHoldsFromTheBeginning() {
        ConnectionLife life = new ConnectionLife(BEGIN, 0, 4 * SECOND);
        assertThat(life.isOver(settings(50, 0, 0), BEGIN + 4 * SECOND)).isTrue();
        life.told(30);
        assertThat(life.isOver(settings(50, 0, 0), BEGIN + 28 * SECOND)).isFalse();
    }

    @Test
    void requestsAreCounted() {
        ConnectionSettings settings = settings(50, 0, 2);
        ConnectionLife life = life(0);
        life.begins();
        assertThat(life.isSpent(settings, BEGIN)).isFalse();
        life.begins();
        assertThat(life.isSpent(settings, BEGIN)).isTrue();
        assertThat(life.isOver(settings, BEGIN)).isTrue();
        assertThat(life.isSpent(settings(50, 0, 3), BEGIN)).isFalse();
    }

    @Test
    void ageHasAnEndUpToATenthBeforeTheLimit() {
        ConnectionSettings settings = settings(50, 100, 0);
        assertThat(life(0).isSpent(settings, BEGIN + 100 * SECOND - 1)).isFalse();
        assertThat(life(0).isSpent(settings, BEGIN + 100 * SECOND)).isTrue();
        long atMost = 10 * SECOND;
        assertThat(life(atMost).isSpent(settings, BEGIN + 90 * SECOND)).isTrue();
        assertThat(life(atMost).isSpent(settings, BEGIN + 90 * SECOND - 1)).isFalse();
        for (long random = -50; random < 50; random++) {
            assertThat(settings.lifetimeNs(random * 0x9E3779B97F4A7C15L)).isBetween(90 * SECOND, 100 * SECOND);
        }
        assertThat(settings(50, 0, 1).lifetimeNs(-1)).isZero();
    }
}
