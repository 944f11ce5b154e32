package io.forebay.policy.reload;

import io.forebay.policy.compile.CompileResult;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.compile.EffectiveObjects;
import io.forebay.policy.compile.PolicyCompiler;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Diagnostic.Severity;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What `forebay check` runs: everything that reload would find in a policy directory, without a gateway. Any thread.
public final class PolicyCheck {

    private PolicyCheck() {}

    /// All errors and warnings in the order of the files; an unreadable directory is one error.
    public static List<Diagnostic> run(Path directory) {
        return run(directory, CompileSettings.DEFAULT, System.currentTimeMillis());
    }

    /// The same under other boot settings and at another time.
    public static List<Diagnostic> run(Path directory, CompileSettings settings, long nowMs) {
        try {
            return read(directory, settings, nowMs).result().diagnostics();
        } catch (IOException e) {
            return List.of(new Diagnostic(
                    new Position(directory.toString(), 1, 1),
                    Severity.ERROR,
                    "",
                    "",
                    "the policy directory " + Listing.reason(e),
                    ""));
        }
    }

    /// What a directory holds, and what it compiles to.
    ///
    /// @param documents objects that are right in themselves, in the order of the files
    public record Reading(CompileResult result, List<Document> documents) {
        public Reading {
            documents = List.copyOf(documents);
        }
    }

    /// Reads a directory as a start would.
    ///
    /// @throws IOException if the directory itself cannot be listed
    public static Reading read(Path directory, CompileSettings settings, long nowMs) throws IOException {
        PolicyFiles files = new PolicyDirectory(directory).read();
        CompileResult result = new PolicyCompiler(settings).compile(files.input(), EffectiveObjects.NONE, 1, nowMs);
        List<Document> documents = files.input().files().stream()
                .flatMap(file -> file.documents().stream())
                .toList();
        return new Reading(result, documents);
    }
}
