package io.forebay.policy.compile;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Header;
import java.util.List;

/// What became of one object.
///
/// @param newest the header of the version in the file; of the version in force where the file cannot be read
/// @param faults why it is not in force as written; warnings too
/// @param degraded references that cost only a share of it
/// @param areReferences whether the faults are about other objects rather than the object itself
record Outcome(
        Header newest, Verdict verdict, List<Diagnostic> faults, List<Diagnostic> degraded, boolean areReferences) {

    /// How much of the newest version is in force.
    enum Verdict {
        AS_WRITTEN,
        /// The sound parts are.
        PARTLY,
        /// An earlier version is.
        LAST_GOOD,
        /// Nothing is; what it governs answers 500.
        CLOSED,
        /// Nothing is.
        REFUSED
    }
}
