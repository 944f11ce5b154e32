package io.forebay.gateway.trace;

import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Spans as the body of an OTLP/HTTP request (ExportTraceServiceRequest of OTLP 1.x in JSON): ids hexadecimal, 64-bit
/// integers as strings, enumerations as numbers.
final class OtlpJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int STATUS_ERROR = 2;

    private OtlpJson() {}

    static byte[] write(List<Span> spans) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 * spans.size());
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("resourceSpans");
            json.writeStartObject();
            json.writeObjectPropertyStart("resource");
            json.writeArrayPropertyStart("attributes");
            attribute(json, new Span.Attribute.Text("service.name", "forebay"));
            json.writeEndArray();
            json.writeEndObject();
            json.writeArrayPropertyStart("scopeSpans");
            json.writeStartObject();
            json.writeObjectPropertyStart("scope");
            json.writeStringProperty("name", "io.forebay.gateway");
            json.writeEndObject();
            json.writeArrayPropertyStart("spans");
            spans.forEach(span -> span(json, span));
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void span(JsonGenerator json, Span span) {
        json.writeStartObject();
        json.writeStringProperty("traceId", span.traceId());
        json.writeStringProperty("spanId", span.spanId());
        if (!span.parentId().isEmpty()) {
            json.writeStringProperty("parentSpanId", span.parentId());
        }
        json.writeStringProperty("name", span.name());
        json.writeNumberProperty("kind", span.kind().code());
        json.writeStringProperty("startTimeUnixNano", Long.toString(span.startNs()));
        json.writeStringProperty("endTimeUnixNano", Long.toString(span.endNs()));
        json.writeArrayPropertyStart("attributes");
        span.attributes().forEach(attribute -> attribute(json, attribute));
        json.writeEndArray();
        if (span.isError()) {
            json.writeObjectPropertyStart("status");
            json.writeNumberProperty("code", STATUS_ERROR);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void attribute(JsonGenerator json, Span.Attribute attribute) {
        json.writeStartObject();
        json.writeStringProperty("key", attribute.key());
        json.writeObjectPropertyStart("value");
        switch (attribute) {
            case Span.Attribute.Text(String key, String value) -> json.writeStringProperty("stringValue", value);
            case Span.Attribute.Whole(String key, long value) ->
                json.writeStringProperty("intValue", Long.toString(value));
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
