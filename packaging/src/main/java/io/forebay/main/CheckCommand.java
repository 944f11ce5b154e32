package io.forebay.main;

import io.forebay.main.output.Findings;
import io.forebay.main.output.JsonOutput;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.PolicyCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads a policy folder as the gateway would and prints what it finds: `file:line:column: error: ...`, a line each.
@Command(name = "check", description = "Checks a policy folder; exits 1 when it has errors.")
final class CheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "the policy folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path directory;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Diagnostic> found = PolicyCheck.run(directory);
        Findings findings = Findings.of(found);
        if (isJson) {
            JsonOutput.print(out, findings);
        } else {
            found.forEach(out::println);
            out.println(findings.summary());
        }
        return findings.errors() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
