package io.forebay.offload.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.ScanTooLongException;
import org.junit.jupiter.api.Test;

final class ScanSpanTest {
    private final ScanTooLongException tooLong = new ScanTooLongException(Family.TIMER, new IllegalStateException());

    private final ScanSpan span = new ScanSpan();

    @Test
    void aScanLooksAtTheWholeRange() {
        assertThat(span.end(0, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        span.passed();
        assertThat(span.end(7, 1_000_000)).isEqualTo(1_000_000);
    }

    @Test
    void afterAScanThatGaveUpTheNextIsShortAndThoseThatPassGrow() {
        span.gaveUp(0, 1_000_000_000, tooLong);
        assertThat(span.end(0, 1_000_000_000)).isEqualTo(1_000);
        span.passed();
        assertThat(span.end(1_000, 1_000_000_000)).isEqualTo(3_000);
        for (int scan = 0; scan < 64; scan++) {
            span.passed();
        }
        assertThat(span.end(3_000, 1_000_000_000)).isEqualTo(1_000_000_000);
    }

    @Test
    void aShortScanThatGaveUpIsHalvedDownToOneMillisecond() {
        span.gaveUp(100, 108, tooLong);
        assertThat(span.end(100, 200)).isEqualTo(104);
        span.gaveUp(100, 102, tooLong);
        assertThat(span.end(100, 200)).isEqualTo(101);
        assertThatThrownBy(() -> span.gaveUp(100, 101, tooLong)).isSameAs(tooLong);
    }
}
