package io.forebay.gateway.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricExporterTest {
    private static final long START_NS = 1_700_000_000_000_000_000L;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger status = new AtomicInteger(200);
    private final HttpServer server = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void listen() {
        server.createContext("/v1/metrics", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private MetricExporter exporter(long intervalSeconds) {
        return exporter(intervalSeconds, () -> registry.getPrometheusRegistry().scrape());
    }

    private MetricExporter exporter(long intervalSeconds, Supplier<MetricSnapshots> meters) {
        return MetricExporter.start(
                MetricSettings.of("http://127.0.0.1:" + server.getAddress().getPort() + "/", intervalSeconds),
                new MetricJson(Map.of("service.name", "test"), START_NS),
                meters,
                registry);
    }

    private double exports(String outcome) {
        return registry.get("forebay.metrics.exports")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void metersAreSentOnceAnInterval() {
        registry.counter("a.things", "kind", "some").increment(3);
        try (MetricExporter exporter = exporter(1)) {
            assertThat(exporter).isNotNull();
            await().until(() -> exports("exported") >= 2);
        }
        assertThat(bodies.getFirst())
                .contains("\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"test\"}}]")
                .contains("{\"name\":\"a_things\"")
                .contains("\"attributes\":[{\"key\":\"kind\",\"value\":{\"stringValue\":\"some\"}}],"
                        + "\"startTimeUnixNano\":\"" + START_NS + "\"")
                .contains("\"asDouble\":3.0");
    }

    @Test
    void lastFiguresAreSentAtTheEnd() {
        MetricExporter exporter = exporter(3_600);
        registry.counter("a.things").increment();
        exporter.close();

        assertThat(bodies).hasSize(1);
        assertThat(bodies.getFirst()).contains("\"name\":\"a_things\"");
    }

    @Test
    void receiverThatRefusesIsNotAskedAgainForTheSame() {
        status.set(400);
        try (MetricExporter exporter = exporter(1)) {
            assertThat(exporter).isNotNull();
            await().until(() -> exports("failed") >= 2);
            status.set(200);
            await().until(() -> exports("exported") >= 1);
        }
        assertThat(exports("failed") + exports("exported"))
                .as("each export was posted once")
                .isEqualTo((double) bodies.size());
    }

    @Test
    void meterThatCannotBeReadStopsNothing() {
        AtomicInteger calls = new AtomicInteger();
        try (MetricExporter exporter = exporter(1, () -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("a gauge has failed");
            }
            return registry.getPrometheusRegistry().scrape();
        })) {
            assertThat(exporter).isNotNull();
            await().until(() -> exports("failed") == 1 && exports("exported") >= 1);
        }
    }
}
