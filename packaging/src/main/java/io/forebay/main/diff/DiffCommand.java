package io.forebay.main.diff;

import io.forebay.main.ExitCode;
import io.forebay.main.output.JsonOutput;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.PolicyCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares two policy folders as a reload from one to the other would.
@Command(name = "diff", description = "Says what another policy folder would change; exits 1 when it is anything.")
public final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "OLD", description = "the policy folder that is in force")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "the one that is to be")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path replacement;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        long nowMs = System.currentTimeMillis();
        PolicyCheck.Reading before = PolicyCheck.read(old, CompileSettings.DEFAULT, nowMs);
        PolicyCheck.Reading after = PolicyCheck.read(replacement, CompileSettings.DEFAULT, nowMs);
        int errors = report(old, before) + report(replacement, after);
        PolicyChanges changes = PolicyChanges.between(before, after);
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            JsonOutput.print(out, changes);
        } else {
            print(out, changes);
        }
        return changes.equal() && errors == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /// Prints the errors of one folder, and says how many there are.
    private int report(Path folder, PolicyCheck.Reading reading) {
        PrintWriter err = spec.commandLine().getErr();
        List<Diagnostic> errors = reading.result().diagnostics().stream()
                .filter(Diagnostic::isError)
                .toList();
        errors.forEach(found -> err.println(folder + "/" + found));
        return errors.size();
    }

    private static void print(PrintWriter out, PolicyChanges changes) {
        changes.added().forEach(one -> out.println("+ " + one.object() + place(one.at())));
        changes.removed().forEach(one -> out.println("- " + one.object() + place(one.at())));
        for (PolicyChanges.ChangedObject changed : changes.changed()) {
            out.println("~ " + changed.object() + place(changed.at()));
            changed.fields().forEach(field -> out.println("    " + field));
            if (changed.fields().isEmpty()) {
                out.println("    what it refers to has changed: a file that it names, or a Secret");
            }
        }
        changes.closed().forEach(one -> out.println("! " + one.object() + place(one.at()) + ": faulty, answered 500"));
        if (changes.equal()) {
            out.println("nothing changes");
        }
        out.flush();
    }

    private static String place(String at) {
        return at.isEmpty() ? "" : "  [" + at + "]";
    }
}
