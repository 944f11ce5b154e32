package io.forebay.policy;

import java.util.List;

/// What became of one policy object in this snapshot, for status pages and `check`.
///
/// @param origin `file:line` where the object stands
/// @param observedGeneration the snapshot generation whose documents this speaks of
public record ObjectStatus(
        String kind,
        String namespace,
        String name,
        String origin,
        PolicyMode mode,
        long observedGeneration,
        List<Condition> conditions) {

    public ObjectStatus {
        conditions = List.copyOf(conditions);
    }

    /// The condition types of the Gateway API that we report.
    public enum ConditionType {
        ACCEPTED("Accepted"),
        RESOLVED_REFS("ResolvedRefs"),
        PARTIALLY_INVALID("PartiallyInvalid"),
        PROGRAMMED("Programmed"),
        /// Of a Gateway: a listener that cannot be served beside another on its port, one condition each.
        CONFLICTED("Conflicted");

        private final String text;

        ConditionType(String text) {
            this.text = text;
        }

        /// The type as the Gateway API spells it.
        public String text() {
            return text;
        }
    }

    /// One condition.
    ///
    /// @param reason a CamelCase word, the Gateway API's where it has one
    public record Condition(ConditionType type, boolean holds, String reason, String message) {}
}
