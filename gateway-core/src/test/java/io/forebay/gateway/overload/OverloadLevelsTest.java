package io.forebay.gateway.overload;

import static io.forebay.gateway.overload.OverloadStage.DISABLE_KEEPALIVE;
import static io.forebay.gateway.overload.OverloadStage.RESET_HEAVIEST_STREAMS;
import static io.forebay.gateway.overload.OverloadStage.STOP_ACCEPTING_CONNECTIONS;
import static io.forebay.gateway.overload.OverloadStage.STOP_ACCEPTING_REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverloadLevelsTest {
    /// So many samples bring a level as near as makes no difference.
    private static final int LONG = 60;

    private final OverloadLevels levels = new OverloadLevels(OverloadSettings.DEFAULT);

    private List<OverloadStage> after(int samples, double memory, double lag, double connections) {
        int on = 0;
        for (int i = 0; i < samples; i++) {
            on = levels.sample(memory, lag, connections);
        }
        return stages(on);
    }

    private static List<OverloadStage> stages(int bits) {
        List<OverloadStage> stages = new ArrayList<>();
        for (OverloadStage stage : OverloadStage.values()) {
            if ((bits & stage.bit()) != 0) {
                stages.add(stage);
            }
        }
        return stages;
    }

    @Test
    void memoryBeginsAllStagesInTheirOrder() {
        assertThat(after(LONG, 0.89, 0, 0)).isEmpty();
        assertThat(after(LONG, 0.91, 0, 0)).containsExactly(DISABLE_KEEPALIVE);
        assertThat(after(LONG, 0.96, 0, 0)).containsExactly(DISABLE_KEEPALIVE, STOP_ACCEPTING_REQUESTS);
        assertThat(after(LONG, 1, 0, 0)).containsExactly(OverloadStage.values());
    }

    @Test
    void lagRefusesRequestsAndConnectionsAndClosesNone() {
        assertThat(after(LONG, 0, 1, 0)).containsExactly(STOP_ACCEPTING_REQUESTS, STOP_ACCEPTING_CONNECTIONS);
    }

    @Test
    void connectionsAreClosedAndNotAcceptedAndTheirRequestsServed() {
        assertThat(after(LONG, 0, 0, 1)).containsExactly(DISABLE_KEEPALIVE, STOP_ACCEPTING_CONNECTIONS);
    }

    @Test
    void oneBadSampleBeginsNothing() {
        assertThat(after(1, 1, 1, 1)).isEmpty();
        assertThat(after(5, 1, 1, 1)).isEmpty();
        assertThat(after(1, 1, 1, 1)).contains(DISABLE_KEEPALIVE);
    }

    @Test
    void stageEndsOnlyAMarginBelowItsThreshold() {
        after(LONG, 0.96, 0, 0);
        assertThat(after(LONG, 0.91, 0, 0)).containsExactly(DISABLE_KEEPALIVE, STOP_ACCEPTING_REQUESTS);
        assertThat(after(LONG, 0.89, 0, 0)).containsExactly(DISABLE_KEEPALIVE);
        assertThat(after(LONG, 0.86, 0, 0)).containsExactly(DISABLE_KEEPALIVE);
        assertThat(after(LONG, 0.84, 0, 0)).isEmpty();
    }

    @Test
    void whatIsBeyondTheScaleCountsAsItsEnd() {
        levels.sample(-3, 40, Double.NaN);
        assertThat(levels.level(Pressure.MEMORY)).isZero();
        assertThat(levels.level(Pressure.LOOP_LAG)).isEqualTo(OverloadLevels.WEIGHT);
        assertThat(levels.level(Pressure.CONNECTIONS)).isZero();
        assertThat(after(LONG, 1, 1, 1)).containsExactly(OverloadStage.values());
    }

    @Test
    void operatorSetsThresholdsAndLeavesStagesOut() {
        OverloadLevels own = new OverloadLevels(
                OverloadSettings.DEFAULT.with(STOP_ACCEPTING_REQUESTS, 0.5).without(RESET_HEAVIEST_STREAMS));
        int on = 0;
        for (int i = 0; i < LONG; i++) {
            on = own.sample(0.6, 0, 0);
        }
        assertThat(stages(on)).containsExactly(STOP_ACCEPTING_REQUESTS);
        for (int i = 0; i < LONG; i++) {
            on = own.sample(1, 0, 0);
        }
        assertThat(stages(on)).containsExactly(DISABLE_KEEPALIVE, STOP_ACCEPTING_REQUESTS, STOP_ACCEPTING_CONNECTIONS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.09, 0.995, Double.NaN})
    void thresholdOutOfRangeIsNamed(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OverloadSettings.DEFAULT.with(DISABLE_KEEPALIVE, threshold))
                .withMessageContaining("overload.disable-keepalive must be a number from 0.1 to 0.99: " + threshold);
    }

    @ParameterizedTest
    @CsvSource({"50, 100, 0.5", "0, 100, 0", "-1, 100, 0", "5, 0, 0"})
    void directMemoryIsAShareOfItsLimit(long used, long max, double pressure) {
        assertThat(MemoryPressure.direct(used, max)).isEqualTo(pressure);
    }

    @Test
    void whatACollectionLeftCountsUntilItIsOld() {
        long[] collections = {0};
        MemoryPressure memory = new MemoryPressure(new OldGeneration() {
            @Override
            public long collections() {
                return collections[0];
            }

            @Override
            public double left() {
                return 0.97;
            }
        });
        assertThat(memory.heap(0)).isZero();
        collections[0] = 1;
        assertThat(memory.heap(1)).isEqualTo(0.97);
        assertThat(memory.heap(1 + MemoryPressure.STALE_NS)).isEqualTo(0.97);
        assertThat(memory.heap(2 + MemoryPressure.STALE_NS)).isZero();
        collections[0] = 2;
        assertThat(memory.heap(3 + MemoryPressure.STALE_NS)).isEqualTo(0.97);
    }

    @Test
    void collectionOfThisProcessIsSeen() {
        long before = OldGeneration.OF_PROCESS.collections();
        System.gc();
        assertThat(OldGeneration.OF_PROCESS.collections()).isGreaterThan(before);
        assertThat(OldGeneration.OF_PROCESS.left()).isBetween(0.0001, 1.0);
    }
}
