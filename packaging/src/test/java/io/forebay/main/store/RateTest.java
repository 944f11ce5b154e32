package io.forebay.main.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.backup.PassedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({"50Mi, 52428800", "800Ki, 819200", "1Gi, 1073741824", "4096, 4096"})
    void bytesASecondAreRead(String text, long bytes) {
        assertThat(Rate.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "50MB", "50 Mi", "1.5Gi", "Mi", "50mi"})
    void whatIsNoneSaysWhatWasExpected(String text) {
        assertThatThrownBy(() -> Rate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as 50Mi");
    }

    @Test
    void whoIsAheadRestsForAsLongAsTheBytesTake() {
        long[] nowNs = {0};
        long[] heard = {0};
        PassedBytes hearing = (bytes, of) -> heard[0] += bytes;
        // The clock goes on by what was waited, as soon as it is asked.
        Rate rate = new Rate(1_000_000, () -> nowNs[0], hearing);
        nowNs[0] = 500_000_000;
        rate.passed(500_000, 1);
        assertThat(heard[0]).isEqualTo(500_000);
        assertThat(rate.aheadNs(500_000_000)).isZero();
        assertThat(rate.aheadNs(100_000_000)).isEqualTo(400_000_000);
        assertThat(rate.aheadNs(900_000_000)).isNegative();
    }
}
