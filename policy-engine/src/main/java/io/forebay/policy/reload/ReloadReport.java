package io.forebay.policy.reload;

import io.forebay.policy.ObjectStatus;
import io.forebay.policy.ObjectStatuses;
import io.forebay.policy.document.Diagnostic;
import java.util.List;

/// What the latest reload found, whether or not it published anything.
///
/// @param generation in force after the reload
/// @param revision hash of the files it speaks of
/// @param atMs wall clock
/// @param objects of every object as its newest file has it
public record ReloadReport(
        long generation, String revision, long atMs, List<Diagnostic> diagnostics, ObjectStatuses objects) {

    public ReloadReport {
        diagnostics = List.copyOf(diagnostics);
    }

    /// The status of every object, made anew with each call.
    public List<ObjectStatus> statuses() {
        return objects.observedAt(generation);
    }

    public boolean hasErrors() {
        return diagnostics.stream().anyMatch(Diagnostic::isError);
    }

    public long errors() {
        return diagnostics.stream().filter(Diagnostic::isError).count();
    }
}
