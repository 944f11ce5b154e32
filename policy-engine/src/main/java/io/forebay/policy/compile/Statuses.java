package io.forebay.policy.compile;

import io.forebay.policy.ObjectStatus;
import io.forebay.policy.ObjectStatus.Condition;
import io.forebay.policy.ObjectStatus.ConditionType;
import io.forebay.policy.ObjectStatuses;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.compile.ListenerConflicts.Conflict;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Gateway API's conditions of each object, from what became of it.
final class Statuses {

    private static final Condition ACCEPTED = new Condition(ConditionType.ACCEPTED, true, "Accepted", "");
    private static final Condition PROGRAMMED = new Condition(ConditionType.PROGRAMMED, true, "Programmed", "");
    private static final Condition RESOLVED = new Condition(ConditionType.RESOLVED_REFS, true, "ResolvedRefs", "");
    /// Of nearly every object, and so one list for all of them.
    private static final List<Condition> PLAIN = List.of(ACCEPTED, PROGRAMMED, RESOLVED);

    private Statuses() {}

    /// @param conflicts of listeners, by Gateway
    static ObjectStatuses of(List<Outcome> outcomes, Map<ObjectKey, List<Conflict>> conflicts) {
        return generation -> outcomes.stream()
                .sorted(Comparator.comparing(outcome -> outcome.newest().key()))
                .map(outcome ->
                        status(outcome, conflicts.getOrDefault(outcome.newest().key(), List.of()), generation))
                .toList();
    }

    private static ObjectStatus status(Outcome outcome, List<Conflict> conflicts, long generation) {
        Header header = outcome.newest();
        ObjectKey key = header.key();
        return new ObjectStatus(
                key.kind().kindName(),
                key.namespace(),
                key.name(),
                header.at().file() + ":" + header.at().line(),
                mode(header),
                generation,
                conditions(outcome, conflicts));
    }

    private static PolicyMode mode(Header header) {
        String mode = header.root().value("spec") instanceof Yaml.Mapping spec ? spec.text("mode") : null;
        return switch (mode) {
            case "shadow" -> PolicyMode.SHADOW;
            case "off" -> PolicyMode.OFF;
            case null, default -> PolicyMode.ENFORCE;
        };
    }

    private static List<Condition> conditions(Outcome outcome, List<Conflict> conflicts) {
        boolean isPlain = outcome.verdict() == Outcome.Verdict.AS_WRITTEN
                && outcome.degraded().stream().noneMatch(Diagnostic::isError)
                && conflicts.isEmpty();
        return isPlain ? PLAIN : told(outcome, conflicts);
    }

    private static List<Condition> told(Outcome outcome, List<Conflict> conflicts) {
        String reason =
                outcome.faults().stream().anyMatch(Diagnostic::isError) ? Resolution.reason(outcome.faults()) : "";
        List<Condition> conditions = new ArrayList<>();
        switch (outcome.verdict()) {
            case AS_WRITTEN -> {
                conditions.add(ACCEPTED);
                conditions.add(PROGRAMMED);
            }
            case PARTLY -> {
                conditions.add(ACCEPTED);
                conditions.add(new Condition(ConditionType.PARTIALLY_INVALID, true, "PartiallyInvalid", reason));
                conditions.add(new Condition(
                        ConditionType.PROGRAMMED, true, "Programmed", "only the sound parts are in force"));
            }
            case LAST_GOOD -> {
                String why = reason.isEmpty() ? "its file cannot be read whole" : reason;
                conditions.add(new Condition(ConditionType.ACCEPTED, false, "Invalid", why));
                conditions.add(new Condition(
                        ConditionType.PROGRAMMED, false, "LastGoodVersion", "the last good version stays in force"));
            }
            case CLOSED -> {
                conditions.add(new Condition(ConditionType.ACCEPTED, false, "Invalid", reason));
                conditions.add(
                        new Condition(ConditionType.PROGRAMMED, false, "FailsClosed", "what it governs answers 500"));
            }
            case REFUSED -> {
                conditions.add(new Condition(ConditionType.ACCEPTED, false, "Invalid", reason));
                conditions.add(new Condition(ConditionType.PROGRAMMED, false, "Invalid", "nothing of it is in force"));
            }
        }
        resolvedRefs(outcome, conditions);
        for (Conflict conflict : conflicts) {
            conditions.add(new Condition(ConditionType.CONFLICTED, true, conflict.reason(), conflict.message()));
        }
        return conditions;
    }

    private static @Nullable Diagnostic firstError(List<Diagnostic> findings) {
        return findings.stream().filter(Diagnostic::isError).findFirst().orElse(null);
    }

    /// Unknown, and so left out, where the object itself does not parse.
    private static void resolvedRefs(Outcome outcome, List<Condition> conditions) {
        Diagnostic unresolved = outcome.degraded().stream()
                .filter(Diagnostic::isError)
                .findFirst()
                .orElse(outcome.areReferences() ? firstError(outcome.faults()) : null);
        if (unresolved != null) {
            String why = Grants.isRefusal(unresolved) ? "RefNotPermitted" : "RefNotResolved";
            conditions.add(new Condition(ConditionType.RESOLVED_REFS, false, why, unresolved.text()));
        } else if (outcome.verdict() == Outcome.Verdict.AS_WRITTEN) {
            conditions.add(RESOLVED);
        }
    }
}
