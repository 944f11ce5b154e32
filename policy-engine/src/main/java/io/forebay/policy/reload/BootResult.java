package io.forebay.policy.reload;

import io.forebay.policy.document.Diagnostic;
import java.util.List;

/// What the first load gave.
public sealed interface BootResult {

    /// The first snapshot is live; `report` may name objects that are not in force.
    record Ready(ReloadReport report) implements BootResult {}

    /// Some file does not parse, and there is no last good version to stand in: nothing was published and the process
    /// should end (exit code 64).
    record Unparsable(List<Diagnostic> diagnostics) implements BootResult {}
}
