package io.forebay.policy.reload;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What the file system says of files without reading them. Cheap enough for every poll.
record Fingerprint(Map<Path, FileState> files) {

    /// Of no file at all.
    static final Fingerprint NOTHING = new Fingerprint(Map.of());

    static Fingerprint of(Iterable<Path> paths) {
        Map<Path, FileState> files = new HashMap<>();
        for (Path path : paths) {
            files.put(path, FileState.of(path));
        }
        return new Fingerprint(files);
    }

    /// Of one of the files; that of a missing one for any other.
    FileState state(Path path) {
        return files.getOrDefault(path, FileState.MISSING);
    }

    /// Whether no file that both saw differs.
    boolean agreesWith(Fingerprint earlier) {
        return earlier.files.entrySet().stream()
                .allMatch(file -> file.getValue().equals(files.getOrDefault(file.getKey(), file.getValue())));
    }
}
