package io.forebay.offload.spool;

import io.forebay.offload.SpoolId;
import java.nio.file.Path;

/// Which file is which, below the spool's folder. Asks no disk.
public record SpoolLayout(Path root) {
    static final int THREADS = 2;

    private static final int GROUP_FILES = 1_024;

    static int thread(SpoolId file) {
        return (int) (file.number() % THREADS);
    }

    Path run(int number) {
        return root.resolve(Integer.toString(number));
    }

    /// No two threads share a folder, so that each syncs what it made.
    Path group(SpoolId file) {
        return run(file.run()).resolve(thread(file) + "-" + file.number() / (THREADS * GROUP_FILES));
    }

    public Path path(SpoolId file) {
        return group(file).resolve(Long.toString(file.number()));
    }
}
