package io.forebay.main.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The AOT cache of this build, where `./forebay` looks for it: made once for all tests that start a process, each of
/// which
/// then takes half of the CPU time.
final class Rehearsed {
    static final Path CACHE = make();

    private static final long LIMIT_SECONDS = 120;

    private Rehearsed() {}

    private static Path make() {
        Path target = Checkout.root().resolve("packaging/target");
        Path cache = target.resolve("forebay.aot");
        try {
            Files.deleteIfExists(cache);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path scratch = target.resolve("rehearsal");
        List<String> rehearse =
                Checkout.unrehearsed("rehearse", "--data", scratch.toString(), "--aot-cache", cache.toString());
        Checkout.Finished rehearsal = Checkout.run(LIMIT_SECONDS, rehearse, Map.of());
        if (rehearsal.exitCode() != 0) {
            throw new IllegalStateException("the start could not be rehearsed\n" + rehearsal.output());
        }
        return cache;
    }
}
