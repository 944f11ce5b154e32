package io.forebay.main.observability;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Prometheus' own checks, by its program `promtool`. Where it is not installed the test is skipped, and says so.
final class Promtool {
    private static final String NAME = "promtool";
    private static final long LIMIT_S = 60;

    private final Path program;

    private Promtool(Path program) {
        this.program = program;
    }

    /// How a run ended.
    ///
    /// @param output stdout and stderr together
    record Finished(int exitCode, String output) {}

    static Promtool installed() {
        Path found = Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (found == null) {
            System.err.println("SKIPPED: nothing is put through promtool: it is not on the PATH (Debian package"
                    + " prometheus, which .ci/run installs)");
        }
        Assumptions.assumeTrue(found != null, "promtool is not installed");
        return new Promtool(Path.of(String.valueOf(found)));
    }

    /// Runs it in `folder`.
    ///
    /// @param input what it reads from stdin
    Finished run(Path folder, Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("promtool", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return new Finished(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    Finished run(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, Path.of("/dev/null"), arguments);
    }
}
