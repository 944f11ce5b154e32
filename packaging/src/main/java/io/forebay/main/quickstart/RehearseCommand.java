package io.forebay.main.quickstart;

import static java.util.Objects.requireNonNull;

import io.forebay.main.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `forebay rehearse`: the tour's calls, silently, against a gateway whose JVM writes down which classes a start and
/// its first calls need, how they are linked and which methods are busy (JEP 483, 514 and 515). A JVM given that
/// file starts faster. Called by whoever builds or packages, on free ports and a scratch folder.
@Command(name = "rehearse", hidden = true, description = "Makes what faster starts are made from.")
public final class RehearseCommand implements Callable<Integer> {
    private static final Duration REPORT_TIME = Duration.ofMillis(100);
    private static final Duration WRITING_LIMIT = Duration.ofSeconds(60);

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Outcome outcome;

    /// What is written, and by which flag of the JVM.
    private static final class Outcome {
        @Option(names = "--aot-cache", paramLabel = "FILE", required = true, description = "the AOT cache to write")
        private @Nullable Path cache;

        @Option(names = "--class-list", paramLabel = "FILE", required = true, description = "the list to write")
        private @Nullable Path list;

        Path file() {
            return (cache == null ? requireNonNull(list) : cache).toAbsolutePath();
        }

        String flag() {
            return (cache == null ? "-XX:DumpLoadedClassList=" : "-XX:AOTCacheOutput=") + file();
        }
    }

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "scratch folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path root;

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException, TourFailedException {
        TourFolder folder = new TourFolder(root);
        folder.begin();
        Narrator silent = new Narrator(new PrintStream(PrintStream.nullOutputStream()));
        List<String> flags = List.of(outcome.flag());
        try (Tour tour = Tour.open(folder, Ports.free(), silent, REPORT_TIME, flags)) {
            tour.gateway().awaitReady();
            for (Step step : List.of(new RoutedCallStep(), new RefusalStep(), new OffloadStep(), new OperatorStep())) {
                step.walk(tour);
            }
            // It writes the file as it stops.
            tour.gateway().stop(WRITING_LIMIT);
        }
        return Files.exists(outcome.file()) ? ExitCode.OK : ExitCode.FAILED;
    }
}
