package io.forebay.perf;

import io.forebay.perf.peer.PortTakenException;
import io.forebay.perf.peer.Program;
import io.forebay.perf.scenario.Scenario;
import io.forebay.perf.scenario.Session;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `perf` lists scenarios, `perf SCENARIO` measures one, `perf bench` runs the microbenchmarks.
/// Exit codes: 0 done, 1 the measurement failed, 64 wrong usage or a taken port, 69 something is not installed.
@Command(
        name = "perf",
        mixinStandardHelpOptions = true,
        subcommands = BenchCommand.class,
        exitCodeOnInvalidInput = Perf.USAGE,
        description = "Measures the gateway beside its peers on this machine.")
public final class Perf implements Callable<Integer> {
    static final int USAGE = 64;
    static final int UNAVAILABLE = 69;
    private static final int FAILED = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCENARIO", description = "without one, they are listed")
    private @Nullable String name;

    @Option(names = "--seconds", description = "length of each measured window (default ${DEFAULT-VALUE})")
    private double seconds = 5;

    @Option(names = "--reps", description = "rounds; a figure to quote wants three or more (default ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--contenders",
            split = ",",
            hidden = true,
            description = "who takes part, the one of interest first")
    private List<String> contenders = Session.allContenders();

    @Option(names = "--repository", hidden = true, description = "root of the project")
    private @Nullable Path repository;

    @Option(names = "--scratch", hidden = true, description = "folder for certificates, logs and data")
    private @Nullable Path scratch;

    @Option(names = "--results", hidden = true, description = "folder for the result file")
    private @Nullable Path results;

    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Perf());
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println("perf: " + e.getMessage());
            boolean isUsage = e instanceof PortTakenException || e instanceof IllegalArgumentException;
            return isUsage ? USAGE : FAILED;
        });
        return line;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = commandSpec().commandLine().getOut();
        if (name == null) {
            list(out);
            return 0;
        }
        Scenario scenario = Scenario.of(name)
                .orElseThrow(() -> new ParameterException(
                        commandSpec().commandLine(), "no scenario is called " + name + "; 'perf' lists them"));
        checkRanges();
        List<Program> missing = scenario.programs().stream()
                .filter(program -> program.find().isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            sayMissing(missing);
            return UNAVAILABLE;
        }
        if (Runtime.getRuntime().availableProcessors() < 2) {
            commandSpec()
                    .commandLine()
                    .getErr()
                    .println("perf: needs two cores, one for the proxy and one for the load");
            return UNAVAILABLE;
        }
        session(scenario).run();
        return 0;
    }

    private Session session(Scenario scenario) {
        Path root = repository == null ? findRepository(Path.of("").toAbsolutePath()) : repository;
        return new Session(
                scenario,
                root,
                scratch == null ? root.resolve(".forebay/perf") : scratch,
                results == null ? root.resolve("perf/results") : results,
                contenders,
                rounds,
                seconds,
                Instant.now(),
                System.out,
                System.err);
    }

    private static Path findRepository(Path from) {
        for (Path folder = from; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("perf/peers"))) {
                return folder;
            }
        }
        throw new IllegalArgumentException("no perf/peers in " + from + " or above: start it in the project");
    }

    private void checkRanges() {
        if (!(seconds >= 0.5 && seconds <= 600)) {
            throw new ParameterException(
                    commandSpec().commandLine(), "--seconds is " + seconds + ", must be 0.5 to 600");
        }
        if (rounds < 1 || rounds > 100) {
            throw new ParameterException(commandSpec().commandLine(), "--reps is " + rounds + ", must be 1 to 100");
        }
    }

    private static void list(PrintWriter out) {
        for (Scenario scenario : Scenario.values()) {
            out.printf("%-18s %s%n", scenario.id(), scenario.description());
        }
        out.println();
        out.println("perf SCENARIO [--seconds S] [--reps N] measures one; perf bench [REGEX] runs microbenchmarks.");
        out.flush();
    }

    private void sayMissing(List<Program> missing) {
        String packages =
                missing.stream().map(Program::debianPackage).distinct().collect(Collectors.joining(" "));
        PrintWriter err = commandSpec().commandLine().getErr();
        err.println("perf: these Debian packages are missing: " + packages);
        err.println("perf: install them with: apt-get install -y --no-install-recommends " + packages);
        err.flush();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("not started by picocli");
        }
        return spec;
    }
}
