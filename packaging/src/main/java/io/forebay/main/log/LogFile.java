package io.forebay.main.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Where the log goes instead of stderr.
///
/// @param file in a folder that there is
/// @param bytesMax of one file, 1 MiB to 10 GiB
/// @param filesMax with the one that is written, 2 to 100
public record LogFile(Path file, long bytesMax, int filesMax) {
    public static final long BYTES_DEFAULT = 100L << 20;
    public static final int FILES_DEFAULT = 5;
    public static final long BYTES_MAX = 10L << 30;
    public static final int FILES_MAX = 100;
    private static final long BYTES_MIN = 1L << 20;

    public LogFile {
        if (bytesMax < BYTES_MIN || bytesMax > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "log.file.bytes.max must be a number from " + BYTES_MIN + " to " + BYTES_MAX + ": " + bytesMax);
        }
        if (filesMax < 2 || filesMax > FILES_MAX) {
            throw new IllegalArgumentException(
                    "log.file.count must be a number from 2 to " + FILES_MAX + ": " + filesMax);
        }
    }

    /// From now on log and access log, and all else that is printed to stderr, go to the file. Before anything has
    /// asked
    /// for `System.err` to keep it.
    ///
    /// @throws IOException the file cannot be opened
    public void redirect() throws IOException {
        PrintStream stderr = System.err;
        System.setErr(
                new PrintStream(new RotatingFile(file, bytesMax, filesMax, stderr), false, StandardCharsets.UTF_8));
        JsonLogging.install();
    }
}
