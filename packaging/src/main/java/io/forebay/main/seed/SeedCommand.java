package io.forebay.main.seed;

import io.forebay.main.ExitCode;
import io.forebay.main.output.Findings;
import io.forebay.main.output.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads a seed and prints what is wrong with it, a line each; with `--root` a seed without errors is applied. The
/// appliance calls it at its first boot.
@Command(name = "seed", description = "Checks an appliance's seed; exits 1 when it has errors.")
public final class SeedCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "the folder with meta-data, user-data and network-config")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(names = "--root", paramLabel = "DIR", description = "applies it there: / on the appliance itself")
    private @Nullable Path root;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.isDirectory(folder)) {
            spec.commandLine().getErr().println("forebay: " + folder + " is not a folder");
            return ExitCode.USAGE;
        }
        io.forebay.policy.document.Findings found = new io.forebay.policy.document.Findings("");
        Seed seed = new SeedReader(folder, root, found).read();
        Findings findings = Findings.of(found.all());
        if (isJson) {
            JsonOutput.print(out, findings);
        } else {
            found.all().forEach(out::println);
            out.println("seed: " + (seed == null ? findings.summary() + "; nothing of it is applied" : seed.summary()));
        }
        if (seed == null) {
            return ExitCode.FAILED;
        }
        if (root != null) {
            new SeedWriter(root).write(seed);
        }
        return ExitCode.OK;
    }
}
