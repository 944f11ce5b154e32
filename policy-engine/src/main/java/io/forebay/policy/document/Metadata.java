package io.forebay.policy.document;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of `metadata` that a policy file may hold. Those that only an API server writes are not read from
/// files.
record Metadata(
        String name,
        @Nullable String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable String creationTimestamp) {

    static final RuleTable RULES = RuleTable.of(
            RuleTable.pattern("metadata.name", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            RuleTable.length("metadata.name", 1, 253),
            RuleTable.pattern("metadata.namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED),
            RuleTable.length("metadata.namespace", 1, 63),
            RuleTable.text("metadata.creationTimestamp", Metadata::timestampProblem),
            RuleTable.notYet("metadata.generateName"),
            RuleTable.notYet("metadata.finalizers"),
            RuleTable.notYet("metadata.ownerReferences"),
            RuleTable.notYet("metadata.managedFields"),
            RuleTable.notYet("metadata.resourceVersion"),
            RuleTable.notYet("metadata.generation"),
            RuleTable.notYet("metadata.uid"));

    static long createdAtMs(Yaml.Mapping metadata) {
        String text = metadata.text("creationTimestamp");
        try {
            return text == null ? 0 : Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    private static @Nullable String timestampProblem(String text) {
        try {
            return Instant.parse(text).isBefore(Instant.EPOCH) ? "the time is before 1970" : null;
        } catch (DateTimeParseException e) {
            return "found \"" + text + "\"; expected a time such as 2026-01-31T12:00:00Z (RFC 3339)";
        }
    }
}
