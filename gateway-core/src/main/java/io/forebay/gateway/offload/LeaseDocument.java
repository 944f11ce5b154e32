package io.forebay.gateway.offload;

import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestHead;
import io.forebay.offload.Lease;
import io.forebay.offload.RequestBytes;
import io.forebay.policy.ByteSpan;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What a worker is given, as JSON: each lease with its job, and with the request where it is small enough to come with
/// the lease. Its body is there where it is text; the bytes as they are, and larger requests, are under
/// `/_leases/{lease}/request`.
final class LeaseDocument {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DOCUMENT_BYTES = 512;
    private static final int LEASE_BYTES = 512;

    private LeaseDocument() {}

    /// @param requests of each its request, or null where it is too large or cannot be read
    static byte[] write(List<Lease> leases, List<@Nullable RequestBytes> requests) {
        int bytes = DOCUMENT_BYTES;
        for (RequestBytes request : requests) {
            bytes += LEASE_BYTES + (request == null ? 0 : request.head().length * 2 + request.body().length * 9 / 8);
        }
        return document(bytes, json -> {
            json.writeArrayPropertyStart("leases");
            for (int i = 0; i < leases.size(); i++) {
                lease(json, leases.get(i), requests.get(i));
            }
            json.writeEndArray();
        });
    }

    /// One lease that goes on.
    static byte[] renewed(String lease, long untilMs) {
        return document(json -> renewed(json, lease, untilMs));
    }

    /// Many leases, each with its new end or why it has none.
    static byte[] beats(List<LeaseBeats.Beat> beats) {
        return document(json -> {
            json.writeArrayPropertyStart("leases");
            for (LeaseBeats.Beat beat : beats) {
                json.writeStartObject();
                if (beat.reason() == null) {
                    renewed(json, beat.lease(), beat.untilMs());
                } else {
                    json.writeStringProperty("lease", beat.lease());
                    json.writeStringProperty("reason", beat.reason());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void renewed(JsonGenerator json, String lease, long untilMs) {
        json.writeStringProperty("lease", lease);
        json.writeStringProperty("until", Instant.ofEpochMilli(untilMs).toString());
    }

    /// How many events its job has now.
    static byte[] emitted(String lease, int events) {
        return document(json -> {
            json.writeStringProperty("lease", lease);
            json.writeNumberProperty("events", events);
        });
    }

    private static byte[] document(Consumer<JsonGenerator> members) {
        return document(DOCUMENT_BYTES, members);
    }

    /// @param bytes about how long it will be
    private static byte[] document(int bytes, Consumer<JsonGenerator> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void lease(JsonGenerator json, Lease lease, @Nullable RequestBytes request) {
        json.writeStartObject();
        renewed(json, lease.key().text(), lease.untilMs());
        json.writeStringProperty("job", lease.job().id().text());
        json.writeStringProperty("queue", lease.job().queue());
        json.writeNumberProperty("attempt", lease.attempt());
        json.writeNumberProperty("events", lease.job().events());
        json.writeStringProperty(
                "created", Instant.ofEpochMilli(lease.job().times().createdMs()).toString());
        long deadlineMs = lease.job().times().deadlineMs();
        if (deadlineMs > 0) {
            json.writeStringProperty(
                    "deadline", Instant.ofEpochMilli(deadlineMs).toString());
        }
        json.writeStringProperty("traceId", lease.job().traceId());
        RequestHead head = request == null ? null : head(request);
        if (request != null && head != null) {
            request(json, head, request.body());
        }
        json.writeEndObject();
    }

    /// Null if it cannot be read, of which the worker hears when it asks for it.
    private static @Nullable RequestHead head(RequestBytes request) {
        try {
            return StoredRequest.decode(request.head()).read();
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static void request(JsonGenerator json, RequestHead head, byte[] body) {
        json.writeObjectPropertyStart("request");
        json.writeStringProperty("method", head.text(head.method()));
        json.writeStringProperty("target", target(head));
        json.writeArrayPropertyStart("fields");
        FieldLines fields = head.fields();
        for (int line = 0; line < fields.count(); line++) {
            json.writeStartObject();
            json.writeStringProperty("name", fields.nameText(line));
            json.writeStringProperty("value", fields.valueText(line));
            json.writeEndObject();
        }
        json.writeEndArray();
        String text = BodyText.of(body);
        if (text != null) {
            json.writeStringProperty("body", text);
        } else {
            json.writeNumberProperty("bodyBytes", body.length);
        }
        json.writeEndObject();
    }

    static String target(RequestHead head) {
        String path = head.text(head.path());
        return ByteSpan.isPresent(head.query()) ? path + "?" + head.text(head.query()) : path;
    }
}
