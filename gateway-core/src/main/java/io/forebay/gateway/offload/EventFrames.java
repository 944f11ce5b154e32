package io.forebay.gateway.offload;

import io.forebay.offload.EventPage;
import io.forebay.offload.JobEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Events of a job as server-sent events (WHATWG HTML section 9.2): each a name, JSON in one line, and where it can be
/// resumed from, an id.
final class EventFrames {
    static final byte[] KEEP_ALIVE = ": \n\n".getBytes(StandardCharsets.US_ASCII);

    /// Asks the client to come back in a second.
    static final byte[] COME_BACK = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);

    byte[] take() {
        byte[] frames = out.toByteArray();
        out.reset();
        return frames;
    }

    void state(byte[] document) {
        frame("state", null, document);
    }

    /// The last event of a job.
    void end(byte[] document) {
        frame("end", EventId.END, document);
    }

    /// What was sent of the answer before is void.
    void restarted(EventId id, int attempt) {
        frame("restarted", id.text(), json(json -> json.writeNumberProperty("attempt", attempt)));
    }

    void event(EventPage.Entry entry) {
        String id = new EventId(entry.epoch(), entry.number()).text();
        String at = Instant.ofEpochMilli(entry.atMs()).toString();
        switch (entry.event()) {
            case JobEvent.Partial(byte[] content) ->
                frame("partial", id, json(json -> {
                    json.writeStringProperty("at", at);
                    content(json, content);
                }));
            case JobEvent.Progress progress ->
                frame("progress", id, json(json -> {
                    json.writeStringProperty("at", at);
                    JobDocument.progress(json, progress);
                }));
        }
    }

    /// Text as it is, other bytes in base 64.
    private static void content(JsonGenerator json, byte[] content) {
        String text = BodyText.of(content);
        if (text != null) {
            json.writeStringProperty("body", text);
        } else {
            json.writeStringProperty("base64", Base64.getEncoder().encodeToString(content));
        }
    }

    private interface Properties {
        void write(JsonGenerator json);
    }

    private static byte[] json(Properties properties) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            properties.write(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void frame(String name, @Nullable String id, byte[] json) {
        line("event: " + name);
        if (id != null) {
            line("id: " + id);
        }
        out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(json);
        line("");
        line("");
    }

    private void line(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        out.write('\n');
    }
}
