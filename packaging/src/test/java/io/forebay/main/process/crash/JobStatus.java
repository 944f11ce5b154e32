package io.forebay.main.process.crash;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A job as its status document says, or an operator's listing.
///
/// @param finished when it ended, or empty
/// @param principal whose it is, where an operator was told, else empty
record JobStatus(
        String id,
        String queue,
        String state,
        String reason,
        int attempt,
        String finished,
        String traceId,
        String principal) {
    private static final Set<String> TERMINAL = Set.of("succeeded", "failed", "canceled", "expired");

    static JobStatus of(JsonNode document) {
        return new JobStatus(
                document.path("id").asString(""),
                document.path("queue").asString(""),
                document.path("state").asString(""),
                document.path("reason").asString(""),
                document.path("attempt").asInt(0),
                document.path("finished").asString(""),
                document.path("traceId").asString(""),
                document.path("principal").asString(""));
    }

    boolean isTerminal() {
        return TERMINAL.contains(state);
    }

    boolean isSucceeded() {
        return state.equals("succeeded");
    }

    /// What never changes once it has ended.
    String end() {
        return state + " " + reason + " in attempt " + attempt + " at " + finished;
    }
}
