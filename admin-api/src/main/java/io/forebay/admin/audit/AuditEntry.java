package io.forebay.admin.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One line of the audit. Intent and outcome of a change bear the same `changeId`; an intent without outcome is a
/// change during which the process ended, or whose outcome could not be kept, or which was not made because nobody
/// could tell in time that the intent was kept.
///
/// @param peer the operator's network address
/// @param action what is done, such as `queue.pause`
/// @param target to what, such as a queue's name
/// @param reason the operator's own words, null if none were given
/// @param result how it ended, in one stable word; `unknown` if nobody can tell whether it was made; null in an intent
public record AuditEntry(
        String changeId,
        Instant at,
        Phase phase,
        String operator,
        String peer,
        String action,
        String target,
        @Nullable String reason,
        @Nullable String result,
        String traceId) {

    /// Before the change, or after.
    public enum Phase {
        INTENT,
        OUTCOME;

        /// The phase as documents write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    AuditEntry outcome(Instant ended, String word) {
        return new AuditEntry(changeId, ended, Phase.OUTCOME, operator, peer, action, target, reason, word, traceId);
    }

    /// The entry as one JSON object in UTF-8, for trails that keep bytes.
    public byte[] json() {
        JsonMapper mapper = JsonMapper.shared();
        ObjectNode node = mapper.createObjectNode()
                .put("changeId", changeId)
                .put("at", at.toString())
                .put("phase", phase.word())
                .put("operator", operator)
                .put("peer", peer)
                .put("action", action)
                .put("target", target)
                .put("traceId", traceId);
        if (reason != null) {
            node.put("reason", reason);
        }
        if (result != null) {
            node.put("result", result);
        }
        return mapper.writeValueAsBytes(node);
    }

    /// The entry that [#json] has written. Members that it does not know are left out.
    ///
    /// @throws IllegalArgumentException if the bytes are no such entry
    public static AuditEntry of(byte[] json) {
        try {
            return of(JsonMapper.shared().readTree(json));
        } catch (JacksonException | DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static AuditEntry of(JsonNode node) {
        return new AuditEntry(
                node.required("changeId").stringValue(),
                Instant.parse(node.required("at").stringValue()),
                Phase.valueOf(node.required("phase").stringValue().toUpperCase(Locale.ROOT)),
                node.required("operator").stringValue(),
                node.required("peer").stringValue(),
                node.required("action").stringValue(),
                node.required("target").stringValue(),
                node.path("reason").stringValue(null),
                node.path("result").stringValue(null),
                node.required("traceId").stringValue());
    }
}
