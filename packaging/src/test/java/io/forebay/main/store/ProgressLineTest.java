package io.forebay.main.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter said = new StringWriter();
    private long nowNs;
    private final ProgressLine line = new ProgressLine(new PrintWriter(said), "copied", () -> nowNs);

    @Test
    void whatTakesLessThanASecondSaysNothing() {
        nowNs = 999_999_999;
        line.passed(1 << 20, 2 << 20);
        assertThat(said.toString()).isEmpty();
    }

    @Test
    void onceASecondItSaysHowFarItIs() {
        line.passed(3 << 20, 10 << 20);
        nowNs = 1_000_000_000;
        line.passed(1 << 20, 10 << 20);
        nowNs = 1_500_000_000;
        line.passed(1 << 20, 10 << 20);
        nowNs = 2_000_000_000;
        line.reached(9 << 20, 10 << 20);
        assertThat(said.toString().lines())
                .containsExactly("forebay: copied 4 of 10 MiB", "forebay: copied 9 of 10 MiB");
    }
}
