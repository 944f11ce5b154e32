package io.forebay.gateway.otlp;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Meters as the body of an OTLP/HTTP request (ExportMetricsServiceRequest of OTLP 1.x in JSON), made of the same
/// snapshot as a scrape, under the same names; as OTLP has it, counters go without `_total`. Totals are cumulative.
/// Units are
/// those of UCUM, from the end of the name.
public final class MetricJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int CUMULATIVE = 2;
    private static final int BYTES = 64 * 1024;
    private static final Map<String, String> UNITS = Map.of("_seconds", "s", "_bytes", "By");

    private final Map<String, String> resource;
    private final String startNs;

    /// @param resource what the process is, such as `service.name`
    /// @param startNs since when totals count, nanoseconds since 1970
    public MetricJson(Map<String, String> resource, long startNs) {
        this.resource = Map.copyOf(resource);
        this.startNs = Long.toString(startNs);
    }

    /// @param nowNs when the meters were looked at, nanoseconds since 1970
    byte[] write(MetricSnapshots meters, long nowNs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("resourceMetrics");
            json.writeStartObject();
            json.writeObjectPropertyStart("resource");
            json.writeArrayPropertyStart("attributes");
            resource.forEach((key, value) -> attribute(json, key, value));
            json.writeEndArray();
            json.writeEndObject();
            json.writeArrayPropertyStart("scopeMetrics");
            json.writeStartObject();
            json.writeObjectPropertyStart("scope");
            json.writeStringProperty("name", "io.forebay");
            json.writeEndObject();
            json.writeArrayPropertyStart("metrics");
            String now = Long.toString(nowNs);
            meters.forEach(meter -> meter(json, meter, now));
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /// Nothing else is registered: Micrometer makes these four kinds, and ours are histograms.
    private void meter(JsonGenerator json, MetricSnapshot meter, String nowNs) {
        switch (meter) {
            case CounterSnapshot counter -> {
                begin(json, meter, "sum");
                json.writeNumberProperty("aggregationTemporality", CUMULATIVE);
                json.writeBooleanProperty("isMonotonic", true);
                points(json, counter.getDataPoints(), nowNs, MetricJson::counted);
            }
            case GaugeSnapshot gauge -> {
                begin(json, meter, "gauge");
                points(json, gauge.getDataPoints(), nowNs, MetricJson::measured);
            }
            case HistogramSnapshot histogram -> {
                begin(json, meter, "histogram");
                json.writeNumberProperty("aggregationTemporality", CUMULATIVE);
                points(json, histogram.getDataPoints(), nowNs, MetricJson::distributed);
            }
            case SummarySnapshot summary -> {
                begin(json, meter, "summary");
                points(json, summary.getDataPoints(), nowNs, MetricJson::summed);
            }
            default -> throw new IllegalStateException("a kind of meter that nobody registers: " + meter.getClass());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void begin(JsonGenerator json, MetricSnapshot meter, String kind) {
        String name = meter.getMetadata().getPrometheusName();
        json.writeStartObject();
        json.writeStringProperty("name", name);
        String help = meter.getMetadata().getHelp();
        if (help != null) {
            json.writeStringProperty("description", help);
        }
        json.writeStringProperty("unit", unit(name));
        json.writeObjectPropertyStart(kind);
    }

    private static String unit(String name) {
        String suffix = name.substring(Math.max(0, name.lastIndexOf('_')));
        return UNITS.getOrDefault(suffix, "1");
    }

    private interface Writer<P> {
        void write(JsonGenerator json, P point);
    }

    private <P extends DataPointSnapshot> void points(
            JsonGenerator json, List<P> points, String nowNs, Writer<P> writer) {
        json.writeArrayPropertyStart("dataPoints");
        for (P point : points) {
            json.writeStartObject();
            json.writeArrayPropertyStart("attributes");
            for (Label label : point.getLabels()) {
                attribute(json, label.getName(), label.getValue());
            }
            json.writeEndArray();
            json.writeStringProperty("startTimeUnixNano", startNs);
            json.writeStringProperty("timeUnixNano", nowNs);
            writer.write(json, point);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void counted(JsonGenerator json, CounterDataPointSnapshot point) {
        json.writeNumberProperty("asDouble", point.getValue());
    }

    private static void measured(JsonGenerator json, GaugeDataPointSnapshot point) {
        json.writeNumberProperty("asDouble", point.getValue());
    }

    /// The last bucket, without a bound, is one more than there are bounds.
    private static void distributed(JsonGenerator json, HistogramDataPointSnapshot point) {
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        json.writeStringProperty("count", Long.toString(point.getCount()));
        json.writeNumberProperty("sum", point.getSum());
        json.writeArrayPropertyStart("bucketCounts");
        for (int i = 0; i < buckets.size(); i++) {
            json.writeString(Long.toString(buckets.getCount(i)));
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("explicitBounds");
        for (int i = 0; i < buckets.size() - 1; i++) {
            json.writeNumber(buckets.getUpperBound(i));
        }
        json.writeEndArray();
    }

    private static void summed(JsonGenerator json, SummaryDataPointSnapshot point) {
        json.writeStringProperty("count", Long.toString(point.getCount()));
        json.writeNumberProperty("sum", point.getSum());
    }

    private static void attribute(JsonGenerator json, String key, String value) {
        json.writeStartObject();
        json.writeStringProperty("key", key);
        json.writeObjectPropertyStart("value");
        json.writeStringProperty("stringValue", value);
        json.writeEndObject();
        json.writeEndObject();
    }
}
