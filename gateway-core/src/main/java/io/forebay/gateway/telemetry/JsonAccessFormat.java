package io.forebay.gateway.telemetry;

import io.forebay.gateway.relay.RelayedConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// A JSON object a line, with all that is known.
final class JsonAccessFormat implements AccessFormat {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    @Override
    public void write(AccessRecord record, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty(
                    "time", Instant.ofEpochMilli(record.endedMs).toString());
            json.writeStringProperty("client", record.client);
            json.writeStringProperty("method", record.method());
            json.writeStringProperty("host", record.host());
            json.writeStringProperty("path", record.path());
            json.writeStringProperty("protocol", "HTTP/" + record.protocolVersion);
            json.writeNumberProperty("status", record.status);
            optional(json, "flag", record.flag == null ? null : record.flag.code());
            optional(json, "reason", record.reason);
            optional(json, "shadowReason", record.shadowReason);
            optional(json, "route", record.route);
            optional(json, "principal", record.principal);
            optional(json, "tenant", record.tenant);
            optional(json, "upstream", record.upstream);
            writeTimes(json, record);
            json.writeNumberProperty("requestBytes", record.requestBytes);
            json.writeNumberProperty("responseBytes", record.answerBytes);
            json.writeStringProperty("traceId", record.traceId);
            json.writeStringProperty("spanId", record.spanId);
            optional(json, "parentId", record.parentId.isEmpty() ? null : record.parentId);
            json.writeEndObject();
        }
        out.write('\n');
    }

    @Override
    public void write(RelayedConnection connection, long endedMs, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("time", Instant.ofEpochMilli(endedMs).toString());
            json.writeStringProperty("client", connection.client());
            json.writeStringProperty("listener", connection.listener());
            optional(json, "serverName", connection.serverName().isEmpty() ? null : connection.serverName());
            optional(json, "reason", connection.reason());
            optional(json, "route", connection.rule());
            optional(json, "upstream", connection.upstream());
            json.writeNumberProperty("durationUs", connection.durationNs() / 1000);
            json.writeNumberProperty("requestBytes", connection.receivedBytes());
            json.writeNumberProperty("responseBytes", connection.sentBytes());
            json.writeEndObject();
        }
        out.write('\n');
    }

    private static void writeTimes(JsonGenerator json, AccessRecord record) {
        if (record.tries > 1) {
            json.writeNumberProperty("tries", record.tries);
        }
        optional(json, "hedge", record.hedge == null ? null : record.hedge.word());
        json.writeNumberProperty("durationUs", record.durationNs / 1000);
        json.writeNumberProperty("firstByteUs", record.firstByteNs / 1000);
        json.writeNumberProperty("gatewayUs", record.gatewayNs / 1000);
        if (record.tries > 0) {
            json.writeNumberProperty("upstreamUs", record.upstreamNs / 1000);
            json.writeNumberProperty("connectUs", record.connectNs / 1000);
            json.writeNumberProperty("upstreamFirstByteUs", record.upstreamFirstByteNs / 1000);
        }
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }
}
