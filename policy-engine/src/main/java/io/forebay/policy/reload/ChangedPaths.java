package io.forebay.policy.reload;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Where something has happened since the last reading, as far as is known. One thread.
final class ChangedPaths {

    /// Paths up to which they are told apart.
    static final int PATHS_MAX = 1_000;

    private final Set<Path> paths = new HashSet<>();
    private boolean isAnywhere;

    /// What to begin with: nobody has looked yet.
    static ChangedPaths anywhere() {
        ChangedPaths changed = new ChangedPaths();
        changed.addAnywhere();
        return changed;
    }

    void add(Path path) {
        if (paths.size() == PATHS_MAX) {
            addAnywhere();
        } else {
            paths.add(path);
        }
    }

    /// Something happened, and nobody knows where.
    void addAnywhere() {
        isAnywhere = true;
        paths.clear();
    }

    /// Whether it may have been anywhere.
    boolean isAnywhere() {
        return isAnywhere;
    }

    /// Where it was; empty where it may have been anywhere.
    Set<Path> paths() {
        return paths;
    }

    void clear() {
        isAnywhere = false;
        paths.clear();
    }
}
