package io.forebay.perf.scenario;

import io.forebay.perf.load.CycleLoad;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// One run of the load of whole job cycles.
///
/// @param tokens file of bearer tokens; the first is everybody's
record CycleDrive(int port, Path tokens, int bodyBytes, int lines, double warmSeconds, double seconds)
        implements Driver {
    @Override
    public Class<?> main() {
        return CycleLoad.class;
    }

    @Override
    public CycleDrive lasting(double newWarmSeconds, double newSeconds) {
        return new CycleDrive(port, tokens, bodyBytes, lines, newWarmSeconds, newSeconds);
    }

    @Override
    public int expectedStatus() {
        return 200;
    }

    @Override
    public List<String> options() {
        return List.of(
                Integer.toString(port),
                "--tokens",
                tokens.toString(),
                "--lines",
                Integer.toString(lines),
                "--body",
                Integer.toString(bodyBytes),
                "--warm",
                String.format(Locale.ROOT, "%.3f", warmSeconds),
                "--seconds",
                String.format(Locale.ROOT, "%.3f", seconds));
    }
}
