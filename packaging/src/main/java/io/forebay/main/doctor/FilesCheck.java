package io.forebay.main.doctor;

import io.forebay.main.output.Findings;
import io.forebay.policy.document.Diagnostic;
import java.util.List;

/// What `forebay check` says of the policy, in one finding.
final class FilesCheck {
    private FilesCheck() {}

    static Finding ofPolicy(List<Diagnostic> found) {
        Findings findings = Findings.of(found);
        String first = found.isEmpty() ? "" : "; first " + found.getFirst();
        if (findings.errors() > 0) {
            return Finding.failed("policy", findings.summary() + first, "see forebay check");
        }
        return findings.warnings() > 0
                ? Finding.warning("policy", findings.summary() + first, "see forebay check")
                : Finding.ok("policy", findings.summary());
    }
}
