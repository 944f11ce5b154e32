package io.forebay.policy.document;

import io.forebay.policy.document.Diagnostic.Severity;
import java.util.ArrayList;
import java.util.List;

/// Gathers the diagnostics of one object (or of one file, with an empty object name). Used by one thread during
/// one parse or compile. Holds at most [#LIMIT] entries; the last one then says that more were left out, so a
/// hostile file cannot grow the status without bound.
public final class Findings {

    /// Most diagnostics kept for one object.
    public static final int LIMIT = 100;

    private final String object;
    private final List<Diagnostic> found = new ArrayList<>();
    private boolean hasErrors;

    public Findings(String object) {
        this.object = object;
    }

    public void error(Position at, String path, String message) {
        error(at, path, message, "");
    }

    public void error(Position at, String path, String message, String expected) {
        hasErrors = true;
        add(new Diagnostic(at, Severity.ERROR, object, path, message, expected));
    }

    public void warning(Position at, String path, String message) {
        add(new Diagnostic(at, Severity.WARNING, object, path, message, ""));
    }

    public boolean hasErrors() {
        return hasErrors;
    }

    public List<Diagnostic> all() {
        return List.copyOf(found);
    }

    private void add(Diagnostic diagnostic) {
        if (found.size() < LIMIT - 1) {
            found.add(diagnostic);
        } else if (found.size() == LIMIT - 1) {
            found.add(new Diagnostic(
                    diagnostic.at(), diagnostic.severity(), object, "", "further findings are left out", ""));
        }
    }
}
