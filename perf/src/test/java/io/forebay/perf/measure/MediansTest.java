package io.forebay.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {
    @Test
    void theMiddleOfAnOddNumberWhateverTheirOrder() {
        assertThat(Medians.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5.0);
    }

    @Test
    void theMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
        assertThat(Medians.median(List.of(4.0, 1.0, 100.0, 2.0))).isEqualTo(3.0);
    }

    @Test
    void aRatioIsTakenPairByPairNotOfTheMedians() {
        // Each pair says 2, though the machine was three times as slow in the last round: medians alone would say 2 as
        // well,
        // but with the disturbed peer round they would say 4.
        assertThat(Medians.ratio(List.of(20.0, 40.0, 60.0), List.of(10.0, 20.0, 30.0)))
                .isCloseTo(2.0, within(1e-9));
        assertThat(Medians.ratio(List.of(20.0, 80.0, 80.0), List.of(10.0, 20.0, 40.0)))
                .isCloseTo(2.0, within(1e-9));
    }

    @Test
    void unequalRoundsAndIdlePeersAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Medians.ratio(List.of(1.0), List.of(1.0, 2.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Medians.ratio(List.of(1.0), List.of(0.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Medians.median(List.of()));
    }
}
