package io.forebay.policy.compile;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import org.jspecify.annotations.Nullable;

/// The outcome of checking one version of one object against the others.
///
/// @param material what was loaded for it; null if this version cannot be used at all
/// @param faults errors that make the last good version preferable, and warnings
/// @param degraded errors that cost only a share of the object, as the Gateway API has it: no reason to fall back
record Checked(@Nullable Material material, Findings faults, Findings degraded) {

    /// Starts a check.
    static Checked begin(Header header) {
        String object = header.key().toString();
        return new Checked(null, new Findings(object), new Findings(object));
    }

    Checked with(Material found) {
        return new Checked(found, faults, degraded);
    }

    Checked without() {
        return new Checked(null, faults, degraded);
    }

    boolean isSound() {
        return material != null && !faults.hasErrors();
    }
}
