package io.forebay.perf.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `perf/results/<date>-<scenario>.json`: the figures, every round they come from, the machine, the commit.
///
/// @param result an `Outcome` or a `DurableSubmit.Result`
record ResultFile(LocalDate date, String scenario, Machine machine, int rounds, double seconds, Object result) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(date + "-" + scenario + ".json");
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
        return file;
    }
}
