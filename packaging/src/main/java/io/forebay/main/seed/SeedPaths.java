package io.forebay.main.seed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The paths of a seed's files, each of which has to be able to stand beside the others and beside what is there:
/// what could only fail while it is written is an error while it is read.
final class SeedPaths {
    private final @Nullable Path root;
    private final TreeSet<String> taken = new TreeSet<>();

    /// @param root where the seed is to be applied; null where it is only read
    SeedPaths(@Nullable Path root) {
        this.root = root;
    }

    /// Refuses the file where its path is another's, or a folder, or below a file.
    ///
    /// @param path one of [SeedPlaces]
    void add(String path, Fields file) {
        if (!taken.add(path)) {
            file.refuse(path + " stands twice", "each path once");
        }
        String below = taken.ceiling(path + "/");
        if (below != null && below.startsWith(path + "/")) {
            file.refuse(path + " is the folder of " + below, "a file or a folder");
        }
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            String above = path.substring(0, end);
            if (taken.contains(above)) {
                file.refuse(above + " is the folder of " + path, "a file or a folder");
            }
            if (root != null && isFile(root.resolve(above.substring(1)))) {
                file.refuse(above + " is a file, and not the folder of " + path, "a folder");
            }
        }
        if (root != null && Files.isDirectory(root.resolve(path.substring(1)))) {
            file.refuse(path + " is a folder", "a file");
        }
    }

    private static boolean isFile(Path path) {
        return Files.exists(path) && !Files.isDirectory(path);
    }
}
