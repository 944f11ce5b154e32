package io.forebay.gateway.problem;

import io.forebay.policy.schema.Violation;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// The members of a problem document that are the problem's own (RFC 9457 section 3), without those of one request.
public final class ProblemMembers {
    private ProblemMembers() {}

    /// Writes them into an object that was begun.
    public static void write(JsonGenerator json, Problem problem) {
        json.writeStringProperty("type", problem.type().uri());
        json.writeStringProperty("title", problem.type().title());
        json.writeNumberProperty("status", problem.status());
        if (problem.detail() != null) {
            json.writeStringProperty("detail", problem.detail());
        }
        json.writeStringProperty("reason", problem.reason());
        switch (problem.extension()) {
            case null -> {}
            case Problem.Extension.Injected _ -> {}
            case Problem.Extension.Errors(var violations) -> errors(violations, json);
            case Problem.Extension.Accepted(var names) -> {
                json.writeArrayPropertyStart("accepted");
                names.forEach(json::writeString);
                json.writeEndArray();
            }
        }
    }

    private static void errors(List<Violation> violations, JsonGenerator json) {
        json.writeArrayPropertyStart("errors");
        for (Violation violation : violations) {
            json.writeStartObject();
            json.writeStringProperty("detail", violation.detail());
            json.writeStringProperty("pointer", violation.pointer());
            json.writeStringProperty("schemaPointer", violation.schemaPointer());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
