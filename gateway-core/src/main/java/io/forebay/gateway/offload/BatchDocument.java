package io.forebay.gateway.offload;

import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemMembers;
import io.forebay.offload.Submitted;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What became of the items of a batch, as JSON: each with its number, a status, and where its job is or why there is
/// none.
final class BatchDocument {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ACCEPTED = 202;

    private final String jobsPath;

    BatchDocument(String jobsPath) {
        this.jobsPath = jobsPath;
    }

    /// One document for all.
    byte[] all(List<Submitted> items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + 160 * items.size());
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("items");
            for (int item = 0; item < items.size(); item++) {
                accepted(json, item, items.get(item));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /// A line of its own.
    byte[] line(int item, Submitted submitted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            accepted(json, item, submitted);
            json.writeRaw('\n');
        }
        return out.toByteArray();
    }

    /// A line of its own, with the members of RFC 9457.
    byte[] line(int item, Problem problem) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeNumberProperty("item", item);
            ProblemMembers.write(json, problem);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        return out.toByteArray();
    }

    private void accepted(JsonGenerator json, int item, Submitted submitted) {
        String id = submitted.job().id().text();
        json.writeStartObject();
        json.writeNumberProperty("item", item);
        json.writeNumberProperty("status", ACCEPTED);
        json.writeStringProperty("id", id);
        json.writeStringProperty("location", jobsPath + "/" + id);
        switch (submitted.how()) {
            case ACCEPTED -> {}
            case REPLAYED -> json.writeBooleanProperty("replayed", true);
            case DEDUPLICATED -> json.writeBooleanProperty("deduplicated", true);
        }
        json.writeEndObject();
    }
}
