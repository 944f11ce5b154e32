package io.forebay.main.output;

import io.forebay.policy.document.Diagnostic;
import java.util.List;
import java.util.Locale;

/// What a check of a policy folder found, as `--json` shows it.
///
/// @param errors how many of the findings are errors
public record Findings(int errors, int warnings, List<Finding> findings) {

    /// One error or warning.
    ///
    /// @param severity `error` or `warning`
    /// @param line from 1
    /// @param column from 1
    /// @param object `Kind namespace/name`, or empty
    /// @param path of the field, or empty
    /// @param expected what would have been right, or empty
    public record Finding(
            String severity,
            String file,
            int line,
            int column,
            String object,
            String path,
            String message,
            String expected) {}

    public static Findings of(List<Diagnostic> found) {
        int errors = (int) found.stream().filter(Diagnostic::isError).count();
        return new Findings(
                errors,
                found.size() - errors,
                found.stream()
                        .map(one -> new Finding(
                                one.severity().name().toLowerCase(Locale.ROOT),
                                one.at().file(),
                                one.at().line(),
                                one.at().column(),
                                one.object(),
                                one.path(),
                                one.message(),
                                one.expected()))
                        .toList());
    }

    /// `2 errors, 1 warning`.
    public String summary() {
        return errors
                + (errors == 1 ? " error, " : " errors, ")
                + warnings
                + (warnings == 1 ? " warning" : " warnings");
    }
}
