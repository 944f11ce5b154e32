package io.forebay.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    @ParameterizedTest
    @CsvSource({"1,10,0", "2,10,1", "9,10,1", "10,10,1", "19,10,1", "20,10,2", "64,10,6", "1,100,1", "3,100,3", "3,0,0"
    })
    void aShareOfTheEndpointsMayBeEjectedButOneOfTwo(int endpoints, int percent, int expected) {
        assertThat(new HealthCheck.Passive(5, 1, 1, percent).ejectionsMax(endpoints))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "50,0,1,true",
        "50,1,2,false",
        "50,1,3,true",
        "50,2,4,false",
        "0,0,4,false",
        "100,3,4,true",
        "50,0,0,false"
    })
    void panicIsBelowTheThreshold(int percent, int healthy, int endpoints, boolean expected) {
        assertThat(new HealthCheck(null, null, percent).isPanic(healthy, endpoints))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 987_654_321})
    void probesAreUpToATenthLate(long random) {
        HealthCheck.Active check = new HealthCheck.Active(3_000, 1, 1, 1, new HealthCheck.Probe.Tcp());
        assertThat(check.nextNs(-50, random)).isBetween(2_950L, 3_250L);
        assertThat(check.nextNs(0, 299)).isEqualTo(3_299);
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HealthCheck(null, null, 101))
                .withMessage("panicPercent must be 0 to 100: 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HealthCheck.Probe.Http("GET", "/", Set.of()))
                .withMessage("no status is expected");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadBalancer(Balance.ROUND_ROBIN, 0, new HashKey.SourceIp()))
                .withMessage("a hash key and CONSISTENT_HASH belong together");
    }
}
