package io.forebay.gateway.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Bodies as opentelemetry-proto's JSON has them.
class MetricJsonTest {
    private static final String TIMES = "\"startTimeUnixNano\":\"1\",\"timeUnixNano\":\"2\"";

    /// What stands between `"metrics":[` and the end, of a registry with these meters.
    private static String written(Consumer<MeterRegistry> meters) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.accept(registry);
        String body = new String(
                new MetricJson(Map.of(), 1)
                        .write(registry.getPrometheusRegistry().scrape(), 2),
                StandardCharsets.UTF_8);
        assertThat(body)
                .startsWith("{\"resourceMetrics\":[{\"resource\":{\"attributes\":[]},"
                        + "\"scopeMetrics\":[{\"scope\":{\"name\":\"io.forebay\"},\"metrics\":[")
                .endsWith("]}]}]}");
        return body;
    }

    @Test
    void counterIsAMonotonicSumWithoutTotal() {
        assertThat(written(registry -> Counter.builder("sent.bytes")
                        .tag("to", "a \"b\"")
                        .description("What was sent")
                        .register(registry)
                        .increment(5)))
                .contains("{\"name\":\"sent_bytes\",\"description\":\"What was sent\",\"unit\":\"By\",\"sum\":{"
                        + "\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":[{\"attributes\":"
                        + "[{\"key\":\"to\",\"value\":{\"stringValue\":\"a \\\"b\\\"\"}}]," + TIMES
                        + ",\"asDouble\":5.0}]}}");
    }

    @Test
    void gaugeIsAGauge() {
        assertThat(written(registry -> Gauge.builder("open", () -> 7).register(registry)))
                .contains("\"unit\":\"1\",\"gauge\":{\"dataPoints\":[{\"attributes\":[]," + TIMES
                        + ",\"asDouble\":7.0}]}}");
    }

    /// As the JSON of protocol buffers has it.
    @Test
    void notANumberIsText() {
        assertThat(written(registry -> Gauge.builder("open", () -> Double.NaN).register(registry)))
                .contains("\"asDouble\":\"NaN\"");
    }

    @Test
    void histogramHasCountsBetweenBounds() {
        assertThat(written(registry -> {
                    Timer timer = Timer.builder("wait")
                            .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(100))
                            .register(registry);
                    timer.record(Duration.ofMillis(5));
                    timer.record(Duration.ofMillis(50));
                    timer.record(Duration.ofMillis(60));
                    timer.record(Duration.ofMillis(500));
                }))
                .contains("\"unit\":\"s\",\"histogram\":{\"aggregationTemporality\":2,")
                .contains(TIMES + ",\"count\":\"4\",\"sum\":0.615,\"bucketCounts\":[\"1\",\"2\",\"1\"],"
                        + "\"explicitBounds\":[0.01,0.1]}]}}");
    }

    @Test
    void timerWithoutBoundsIsASummary() {
        assertThat(written(registry -> registry.timer("wait").record(Duration.ofSeconds(2))))
                .contains("\"summary\":{\"dataPoints\":[{\"attributes\":[]," + TIMES
                        + ",\"count\":\"1\",\"sum\":2.0}]}}");
    }
}
