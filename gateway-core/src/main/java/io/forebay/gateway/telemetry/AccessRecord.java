package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.Principal;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// One slot of the access ring: what is told of one exchange. Filled on a loop, written by `access-writer`.
///
/// Queries, tokens, cookies and bodies never get here, so no secret can be logged by mistake; the secret part of a
/// worker's lease is left out of its path.
final class AccessRecord {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    private static final int TARGET_BYTES_MAX = 512;
    /// The gateway's own path of a lease: which job and epoch may be told, the token may not.
    private static final Pattern LEASE = Pattern.compile("(/[^/]*leases/[0-9a-f]{40})[0-9a-f]{16}");

    private final byte[] target = new byte[TARGET_BYTES_MAX];
    private int methodBytes;
    private int hostBytes;
    private int pathBytes;
    private long endedMs;
    private long durationNs;
    private long firstByteNs;
    private int status;
    private long requestBytes;
    private long answerBytes;
    private String client = "";
    private String traceId = "";
    private String spanId = "";
    private String parentId = "";
    private @Nullable String route;
    private @Nullable String principal;
    private @Nullable String tenant;
    private @Nullable String upstream;
    private @Nullable String reason;
    private @Nullable String shadowReason;

    void fill(Exchange exchange, long nowMs, long nowNs) {
        RequestHead head = exchange.head();
        int at = 0;
        methodBytes = copy(head, head.method(), at);
        at += methodBytes;
        hostBytes = copy(head, head.host(), at);
        at += hostBytes;
        pathBytes = copy(head, head.path(), at);
        endedMs = nowMs;
        durationNs = nowNs - exchange.startedNs();
        firstByteNs = exchange.answeredNs() == 0 ? 0 : exchange.answeredNs() - exchange.startedNs();
        status = exchange.status();
        requestBytes = exchange.requestBytes();
        answerBytes = exchange.answerBytes();
        client = exchange.connection().peer().address();
        traceId = exchange.trace().traceId();
        spanId = exchange.trace().spanId();
        parentId = exchange.trace().parentId();
        RouteRule rule = exchange.ruleOrNull();
        route = rule == null ? null : rule.id();
        Principal caller = exchange.principalOrNull();
        principal = caller == null ? null : caller.identity();
        tenant = caller == null ? null : caller.tenant();
        upstream = exchange.upstream();
        reason = exchange.reason();
        shadowReason = exchange.shadowReason();
    }

    private int copy(RequestHead head, long span, int at) {
        int size = Math.min(ByteSpan.length(span), TARGET_BYTES_MAX - at);
        System.arraycopy(head.bytes(), ByteSpan.offset(span), target, at, size);
        return size;
    }

    /// Writes the record as one JSON line.
    void write(OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("time", Instant.ofEpochMilli(endedMs).toString());
            json.writeStringProperty("client", client);
            json.writeStringProperty("method", text(0, methodBytes));
            json.writeStringProperty("host", text(methodBytes, hostBytes));
            json.writeStringProperty("path", path());
            json.writeNumberProperty("status", status);
            optional(json, "reason", reason);
            optional(json, "shadowReason", shadowReason);
            optional(json, "route", route);
            optional(json, "principal", principal);
            optional(json, "tenant", tenant);
            optional(json, "upstream", upstream);
            json.writeNumberProperty("durationUs", durationNs / 1000);
            json.writeNumberProperty("firstByteUs", firstByteNs / 1000);
            json.writeNumberProperty("requestBytes", requestBytes);
            json.writeNumberProperty("responseBytes", answerBytes);
            json.writeStringProperty("traceId", traceId);
            json.writeStringProperty("spanId", spanId);
            optional(json, "parentId", parentId.isEmpty() ? null : parentId);
            json.writeEndObject();
        }
        out.write('\n');
    }

    private String path() {
        String path = text(methodBytes + hostBytes, pathBytes);
        return route == null ? LEASE.matcher(path).replaceFirst("$1...") : path;
    }

    private String text(int from, int size) {
        return new String(target, from, size, StandardCharsets.ISO_8859_1);
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }
}
