package io.forebay.policy.document;

import java.util.Objects;

/// One thing found in a policy file: where, in which object and field, what is wrong and what was expected.
/// `check`, the log and the admin API print it with [#toString].
///
/// @param object `Kind namespace/name`, or empty where the object is not known
/// @param path field path such as `spec.rules[0].name`, or empty for the object or file as a whole
/// @param expected what would have been right, or empty where the message says it all
public record Diagnostic(Position at, Severity severity, String object, String path, String message, String expected) {

    /// An error keeps the object (or the part named) from going live; a warning does not.
    public enum Severity {
        ERROR,
        WARNING
    }

    public Diagnostic {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(expected, "expected");
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /// The part after the position: what a status condition or a 500 answer's reason shows.
    public String text() {
        StringBuilder text = new StringBuilder();
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        text.append(message);
        if (!expected.isEmpty()) {
            text.append("; expected ").append(expected);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        String level = isError() ? "error" : "warning";
        return at + ": " + level + ": " + (object.isEmpty() ? "" : object + ": ") + text();
    }
}
