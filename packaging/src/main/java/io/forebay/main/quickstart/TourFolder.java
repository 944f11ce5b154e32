package io.forebay.main.quickstart;

import io.forebay.main.material.WholeFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/// The tour's data folder. It begins empty each time, so that every run shows the same; a folder that the quickstart
/// did not make is never emptied.
///
/// @param root absolute
record TourFolder(Path root) {
    private static final String MARKER = "made-by-forebay-quickstart";

    TourFolder {
        root = root.toAbsolutePath().normalize();
    }

    /// Makes the folder, or empties the one of the run before.
    ///
    /// @throws IOException also if it holds something that is not ours
    void begin() throws IOException {
        if (Files.exists(root) && !isEmpty() && !Files.exists(root.resolve(MARKER))) {
            throw new IOException(root + " is not empty and was not made by the quickstart; name another with --data");
        }
        if (Files.exists(root)) {
            empty();
        }
        Files.createDirectories(root);
        write(MARKER, "Emptied by each ./forebay quickstart.\n");
        for (Path folder : Stream.of(pki(), tokens(), policy(), data()).toList()) {
            Files.createDirectories(folder);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        }
    }

    private void empty() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                if (!folder.equals(root)) {
                    Files.delete(folder);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    Path pki() {
        return root.resolve("pki");
    }

    Path tokens() {
        return root.resolve("tokens");
    }

    Path policy() {
        return root.resolve("policy");
    }

    /// The gateway's own data folder.
    Path data() {
        return root.resolve("data");
    }

    /// What the gateway logged, over all its starts.
    Path log() {
        return root.resolve("gateway.log");
    }

    WholeFiles files() {
        return new WholeFiles(root);
    }

    /// Writes a file that anyone may read, whole or not at all.
    void write(String name, String text) throws IOException {
        files().write(name, text);
    }

    /// Writes a file for its owner alone: keys and tokens.
    void writeSecret(String name, String text) throws IOException {
        files().writeSecret(name, text);
    }

    /// A path as a person in this working directory would write it.
    String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
