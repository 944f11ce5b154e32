package io.forebay.policy.reload;

import io.forebay.policy.ObjectStatus;
import io.forebay.policy.document.Diagnostic;
import java.util.List;

/// What the latest reload found, whether or not it published anything: the status of every object as its newest file
/// has it. Fresher than [io.forebay.policy.PolicySnapshot#statuses], which speaks of the generation in force.
///
/// @param generation in force after the reload
/// @param revision hash of the files it speaks of
/// @param atMs wall clock
public record ReloadReport(
        long generation, String revision, long atMs, List<Diagnostic> diagnostics, List<ObjectStatus> statuses) {

    public ReloadReport {
        diagnostics = List.copyOf(diagnostics);
        statuses = List.copyOf(statuses);
    }

    public boolean hasErrors() {
        return diagnostics.stream().anyMatch(Diagnostic::isError);
    }

    public long errors() {
        return diagnostics.stream().filter(Diagnostic::isError).count();
    }
}
