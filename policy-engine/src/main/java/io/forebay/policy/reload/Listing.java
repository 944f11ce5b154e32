package io.forebay.policy.reload;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Diagnostic.Severity;
import io.forebay.policy.document.ParsedFile;
import io.forebay.policy.document.Position;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a policy directory has: every `*.yaml` in it and its subfolders but hidden ones, which is where `..data` and
/// its like live. Bounds: [#FILES_MAX] and [#DEPTH_MAX].
///
/// @param files in the order of their names
/// @param folders that were looked into, the directory itself first
/// @param problems entries that cannot be read, as files without objects
record Listing(List<Path> files, Set<Path> folders, List<ParsedFile> problems) {

    static final int FILES_MAX = 10_000;
    static final int DEPTH_MAX = 8;

    /// Lists a directory. Throws where it cannot be listed itself.
    static Listing of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "is no directory");
        }
        Visitor visitor = new Visitor(directory);
        Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, visitor);
        return new Listing(List.copyOf(visitor.files), visitor.folders, visitor.problems);
    }

    /// Whether some file or folder is a link, so that a change elsewhere may be one here.
    boolean hasLinks() {
        return files.stream().anyMatch(Files::isSymbolicLink)
                || folders.stream().anyMatch(Files::isSymbolicLink);
    }

    /// Whether a file of that name would be listed, or named among the problems.
    static boolean isListed(Path file) {
        String name = file.getFileName().toString();
        return !isHidden(file) && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    /// A file that cannot be read.
    static ParsedFile unreadable(String name, String reason) {
        Diagnostic error = new Diagnostic(new Position(name, 1, 1), Severity.ERROR, "", "", reason, "");
        return new ParsedFile(name, List.of(), List.of(), List.of(error), false);
    }

    /// Why something cannot be read, to follow its name.
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "is not there";
            case AccessDeniedException _ -> "may not be read";
            case FileSystemLoopException _ -> "is a link in a circle";
            default -> "cannot be read: " + e.getMessage();
        };
    }

    static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path directory;
        private final Set<Path> files = new TreeSet<>();
        private final Set<Path> folders = new LinkedHashSet<>();
        private final List<ParsedFile> problems = new ArrayList<>();

        Visitor(Path directory) {
            this.directory = directory;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!folder.equals(directory) && isHidden(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            folders.add(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && isListed(file)) {
                visit(file);
            }
            return FileVisitResult.CONTINUE;
        }

        private void visit(Path file) {
            boolean isPolicy = file.getFileName().toString().endsWith(".yaml");
            if (isPolicy && files.size() < FILES_MAX) {
                files.add(file);
            } else if (problems.size() < FILES_MAX) {
                problems.add(
                        isPolicy
                                ? unreadable(name(file), "the file is beyond the first " + FILES_MAX)
                                : notRead(name(file), "the file is not read: only *.yaml is"));
            }
        }

        /// A folder that just now cannot be listed must not pass for an empty one: its objects would be gone.
        @Override
        public FileVisitResult visitFileFailed(Path entry, IOException e) throws IOException {
            boolean isWhole = entry.equals(directory);
            if (isWhole || (!isHidden(entry) && Files.isDirectory(entry))) {
                folderFailed(entry, e, isWhole);
            } else if (!isHidden(entry) && entry.getFileName().toString().endsWith(".yaml")) {
                problems.add(unreadable(name(entry), "the file " + reason(e)));
            }
            return FileVisitResult.CONTINUE;
        }

        private void folderFailed(Path folder, IOException e, boolean isWhole) throws IOException {
            if (!isWhole && e instanceof AccessDeniedException) {
                // Such as the lost+found of a volume.
                problems.add(notRead(name(folder), "the folder " + reason(e)));
            } else if (isWhole || !(e instanceof FileSystemLoopException || e instanceof NoSuchFileException)) {
                throw e;
            }
        }

        private String name(Path file) {
            return directory.relativize(file).toString();
        }

        private static ParsedFile notRead(String name, String reason) {
            Diagnostic warning = new Diagnostic(new Position(name, 1, 1), Severity.WARNING, "", "", reason, "");
            return new ParsedFile(name, List.of(), List.of(), List.of(warning), true);
        }
    }
}
