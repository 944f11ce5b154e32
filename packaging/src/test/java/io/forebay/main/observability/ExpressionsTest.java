package io.forebay.main.observability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "up == 0; up",
                "rate(a_total{x=\"b_total\"}[5m]) > 0; a_total",
                "sum by (job, le) (rate(a_bucket[5m])) / sum(b:c:d) > 14.4 * 0.001; a_bucket b:c:d",
                "a > 1 and on (job) b unless c offset 5m; a b c",
                "histogram_quantile(0.99, a_bucket) - time() < 14 * 86400; a_bucket",
                "label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\"); a",
            })
    void seriesAreFound(String expression, String series) {
        assertThat(Expressions.series(expression)).containsExactly(series.split(" ", -1));
    }
}
