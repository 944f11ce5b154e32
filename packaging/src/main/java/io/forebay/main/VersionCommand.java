package io.forebay.main;

import io.forebay.main.output.JsonOutput;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the version.
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    /// What `--json` shows.
    ///
    /// @param version of the product
    /// @param java of the runtime
    record VersionDocument(String version, String java) {}

    @Override
    public Integer call() {
        if (isJson) {
            JsonOutput.print(
                    spec.commandLine().getOut(),
                    new VersionDocument(Version.TEXT, Runtime.version().toString()));
        } else {
            spec.commandLine().getOut().println("forebay " + Version.TEXT);
        }
        return ExitCode.OK;
    }
}
