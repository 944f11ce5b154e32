package io.forebay.policy.compile;

import io.forebay.policy.ObjectStatuses;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.ParsedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Compiles policy documents to a snapshot. A pure function of its arguments: any thread; nothing is thrown for any
/// documents.
public final class PolicyCompiler {

    private final CompileSettings settings;

    public PolicyCompiler(CompileSettings settings) {
        this.settings = settings;
    }

    /// Compiles one state of the policy directory.
    ///
    /// @param before the objects in force so far, whose versions stay where the new ones are faulty
    /// @param generation of the snapshot, should it be published
    /// @param nowMs wall clock, for warnings of certificates that expire
    public CompileResult compile(PolicyInput input, EffectiveObjects before, long generation, long nowMs) {
        Selection selection = Selection.of(input.files(), before);
        Scope scope = new Scope(input.referenced(), settings, nowMs);
        Resolution resolution = Resolution.resolve(selection, before, scope);
        List<Outcome> outcomes = resolution.outcomes();
        Linker.Linked linked = Linker.link(scope, outcomes, resolution.checkedIn(), before.routes());
        PolicySnapshot snapshot = linked.snapshot(generation, input.revision());
        ObjectStatuses statuses = Statuses.of(outcomes, scope.conflicts());
        List<Diagnostic> diagnostics = diagnostics(input.files(), selection, outcomes);
        EffectiveObjects objects = scope.effective(linked.compiled());
        return diagnostics.stream().anyMatch(Diagnostic::isError)
                ? new CompileResult.Faulty(snapshot, objects, statuses, diagnostics, isUnparsed(input.files()))
                : new CompileResult.Compiled(snapshot, objects, statuses, diagnostics);
    }

    private static boolean isUnparsed(List<ParsedFile> files) {
        return files.stream()
                .anyMatch(file -> !file.isComplete() || !file.faulty().isEmpty());
    }

    private static List<Diagnostic> diagnostics(List<ParsedFile> files, Selection selection, List<Outcome> outcomes) {
        List<Diagnostic> all = new ArrayList<>();
        files.forEach(file -> all.addAll(file.diagnostics()));
        all.addAll(selection.diagnostics());
        outcomes.forEach(outcome -> {
            all.addAll(outcome.faults());
            all.addAll(outcome.degraded());
        });
        return all.stream()
                .distinct()
                .sorted(Comparator.comparing(Diagnostic::at).thenComparing(Diagnostic::path))
                .toList();
    }
}
