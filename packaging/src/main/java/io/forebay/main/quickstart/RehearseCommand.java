package io.forebay.main.quickstart;

import io.forebay.main.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `forebay rehearse`: the tour's calls, silently, against a gateway whose JVM writes down which classes a start and
/// its first calls need, how they are linked and which methods are busy (JEP 483, 514 and 515). A JVM given that
/// file starts faster. Called by whoever builds or packages, on free ports and a scratch folder.
@Command(name = "rehearse", hidden = true, description = "Makes the AOT cache that faster starts are made from.")
public final class RehearseCommand implements Callable<Integer> {
    private static final Duration REPORT_TIME = Duration.ofMillis(100);
    private static final Duration WRITING_LIMIT = Duration.ofSeconds(60);

    @Option(names = "--aot-cache", paramLabel = "FILE", required = true, description = "the file to write")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path cache;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "scratch folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path root;

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException, TourFailedException {
        TourFolder folder = new TourFolder(root);
        folder.begin();
        Narrator silent = new Narrator(new PrintStream(PrintStream.nullOutputStream()));
        List<String> flags = List.of("-XX:AOTCacheOutput=" + cache.toAbsolutePath());
        try (Tour tour = Tour.open(folder, Ports.free(), silent, REPORT_TIME, flags)) {
            tour.gateway().awaitReady();
            for (Step step : List.of(new RoutedCallStep(), new RefusalStep(), new OffloadStep())) {
                step.walk(tour);
            }
            // It writes the file as it stops.
            tour.gateway().stop(WRITING_LIMIT);
        }
        return Files.exists(cache) ? ExitCode.OK : ExitCode.FAILED;
    }
}
