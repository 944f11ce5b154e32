package io.forebay.main.observability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a collector of OTLP gets of a process: its meters, and spans.
class OtlpIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int CONSUMER = 5;
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+?)(_total)? (\\w+)$");

    @TempDir
    private static Path folder;

    private static OtlpReceiver receiver;
    private static LiveGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        receiver = new OtlpReceiver();
        gateway = LiveGateway.start(folder, receiver.base(), "metrics.interval.seconds=1");
        gateway.proxied();
        gateway.refused();
        gateway.ran("00-" + TRACE + "-00f067aa0ba902b7-01");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        receiver.close();
    }

    /// The meters of an export, by name.
    private static Map<String, JsonNode> meters(JsonNode export) {
        Map<String, JsonNode> meters = new TreeMap<>();
        JsonNode resource = export.required("resourceMetrics").required(0);
        for (JsonNode meter : resource.required("scopeMetrics").required(0).required("metrics")) {
            meters.put(meter.required("name").asString(), meter);
        }
        return meters;
    }

    private static String attribute(JsonNode point, String key) {
        for (JsonNode attribute : point.required("attributes")) {
            if (attribute.required("key").asString().equals(key)) {
                return attribute.required("value").required("stringValue").asString();
            }
        }
        return "";
    }

    @Test
    void metersAreThoseOfTheScrape() throws Exception {
        int before = receiver.exports.size();
        String scrape = gateway.scrape();
        // The first may have been looked at before the scrape.
        await().atMost(LIMIT).until(() -> receiver.exports.size() >= before + 2);
        JsonNode export = receiver.exports.getLast();
        Set<String> scraped = new TreeSet<>();
        TYPE.matcher(scrape).results().forEach(type -> scraped.add(type.group(1)));

        assertThat(meters(export).keySet()).hasSizeGreaterThan(60).containsExactlyInAnyOrderElementsOf(scraped);
        JsonNode resource = export.required("resourceMetrics").required(0).required("resource");
        assertThat(attribute(resource, "service.name")).isEqualTo("forebay");
        assertThat(attribute(resource, "service.instance.id")).isNotEmpty();
    }

    @Test
    void countsArriveAsTotalsSinceTheStart() {
        await().atMost(LIMIT).until(() -> receiver.exports.stream().anyMatch(OtlpIT::hasThePlainRequest));
    }

    private static boolean hasThePlainRequest(JsonNode export) {
        JsonNode sum = requireNonNull(meters(export).get("forebay_requests")).required("sum");
        assertThat(sum.required("aggregationTemporality").asInt()).isEqualTo(2);
        assertThat(sum.required("isMonotonic").asBoolean()).isTrue();
        for (JsonNode point : sum.required("dataPoints")) {
            assertThat(Long.parseLong(point.required("timeUnixNano").asString()))
                    .isGreaterThan(
                            Long.parseLong(point.required("startTimeUnixNano").asString()));
            if (attribute(point, "route").equals("default/all/plain")
                    && attribute(point, "status").equals("2xx")) {
                return point.required("asDouble").asDouble() == 1;
            }
        }
        return false;
    }

    @Test
    void histogramsHaveABucketMoreThanBounds() {
        await().atMost(LIMIT).until(() -> !receiver.exports.isEmpty());
        JsonNode meter = requireNonNull(meters(receiver.exports.getLast()).get("forebay_request_duration_seconds"));
        JsonNode point = meter.required("histogram").required("dataPoints").required(0);
        long sum = 0;
        for (JsonNode count : point.required("bucketCounts")) {
            sum += Long.parseLong(count.asString());
        }

        assertThat(meter.required("unit").asString()).isEqualTo("s");
        assertThat(point.required("bucketCounts").size())
                .isEqualTo(point.required("explicitBounds").size() + 1);
        assertThat(point.required("count").asString()).isEqualTo(Long.toString(sum));
    }

    @Test
    void requestAndItsJobAreOneTrace() {
        await().atMost(LIMIT).until(() -> kinds().containsAll(List.of(SERVER, CONSUMER, CLIENT)));
    }

    private static List<Integer> kinds() {
        return receiver.spans.stream()
                .filter(span -> span.required("traceId").asString().equals(TRACE))
                .map(span -> span.required("kind").asInt())
                .toList();
    }
}
