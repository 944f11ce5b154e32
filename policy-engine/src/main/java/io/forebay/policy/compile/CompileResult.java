package io.forebay.policy.compile;

import io.forebay.policy.ObjectStatuses;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.document.Diagnostic;
import java.util.List;

/// What a compile gives. Both cases bring a snapshot that can be served.
public sealed interface CompileResult {

    PolicySnapshot snapshot();

    /// The input of the next compile's fall-back.
    EffectiveObjects objects();

    /// What became of each object.
    ObjectStatuses statuses();

    /// In the order of the files.
    List<Diagnostic> diagnostics();

    /// Every object is in force as its file says; diagnostics are warnings.
    record Compiled(
            PolicySnapshot snapshot, EffectiveObjects objects, ObjectStatuses statuses, List<Diagnostic> diagnostics)
            implements CompileResult {}

    /// Some object is not in force as its file says; the snapshot serves the rest and last good versions.
    ///
    /// @param unparsed whether some file or object does not parse at all: at boot, where there is no last good
    ///     version, the caller should not start
    record Faulty(
            PolicySnapshot snapshot,
            EffectiveObjects objects,
            ObjectStatuses statuses,
            List<Diagnostic> diagnostics,
            boolean unparsed)
            implements CompileResult {}
}
