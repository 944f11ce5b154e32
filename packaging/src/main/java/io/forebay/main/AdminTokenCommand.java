package io.forebay.main;

import io.forebay.admin.operator.AdminToken;
import io.forebay.main.output.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints the operators' token, where nothing else can read a file: in a container without a shell. Whoever may not
/// read the file is told so.
@Command(name = "admin-token", description = "Prints the operators' token of a data folder.")
final class AdminTokenCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the data folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /// What `--json` shows.
    record TokenDocument(String token) {}

    @Override
    public Integer call() throws IOException {
        String token = Files.readString(data.resolve(AdminToken.FILE_NAME)).strip();
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            JsonOutput.print(out, new TokenDocument(token));
        } else {
            out.println(token);
        }
        return ExitCode.OK;
    }
}
