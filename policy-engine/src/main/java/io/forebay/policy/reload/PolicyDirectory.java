package io.forebay.policy.reload;

import io.forebay.policy.compile.PolicyInput;
import io.forebay.policy.compile.ReferencedFiles;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Diagnostic.Severity;
import io.forebay.policy.document.ParsedFile;
import io.forebay.policy.document.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads the policy directory: every `*.yaml` in it and its subfolders but hidden ones (which is where `..data` and
/// its like live), and the files that objects name, with relative paths against the directory. Used by one thread at
/// a time. Bounds: [#FILES_MAX], [#DEPTH_MAX], [#REFERENCED_BYTES_MAX], and the parser's bound on one file.
final class PolicyDirectory {

    static final int FILES_MAX = 10_000;
    static final int DEPTH_MAX = 8;

    /// Largest file that an object may name.
    static final int REFERENCED_BYTES_MAX = 1 << 20;

    /// Largest policy file read; the parser names one beyond its own bound.
    private static final int POLICY_BYTES_MAX = 4 * 1024 * 1024 + 1;

    private final Path directory;
    private final UnchangedFiles parses = new UnchangedFiles();
    private Set<String> referencedPaths = Set.of();

    PolicyDirectory(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /// What is to be seen of all files without reading them.
    Fingerprint fingerprint() throws IOException {
        return fingerprint(list());
    }

    private Fingerprint fingerprint(Listing listing) {
        List<Path> paths = new ArrayList<>(listing.files());
        referencedPaths.forEach(path -> paths.add(resolve(path)));
        return Fingerprint.of(paths);
    }

    /// Reads everything once. Throws where the directory itself cannot be listed; a file that cannot be read is a
    /// diagnostic.
    PolicyFiles read() throws IOException {
        long nowMs = System.currentTimeMillis();
        Listing listing = list();
        Fingerprint before = fingerprint(listing);
        MessageDigest digest = sha256();
        List<ParsedFile> parsed = new ArrayList<>(listing.problems());
        listing.problems()
                .forEach(problem -> update(digest, problem.diagnostics().toString(), new byte[0]));
        for (Path file : listing.files()) {
            String name = name(file);
            try {
                UnchangedFiles.Parse parse =
                        parses.of(name, before.state(file), () -> bytes(file, POLICY_BYTES_MAX), nowMs);
                update(digest, name, parse.sha256().getBytes(StandardCharsets.US_ASCII));
                parsed.add(parse.file());
            } catch (IOException e) {
                update(digest, name, reason(e).getBytes(StandardCharsets.UTF_8));
                parsed.add(unreadable(name, "the file " + reason(e)));
            }
        }
        parses.readAll();
        referencedPaths = ReferencedFiles.namedIn(parsed);
        ReferencedFiles referenced = referenced(digest);
        PolicyInput input = new PolicyInput(parsed, referenced, HexFormat.of().formatHex(digest.digest()));
        Fingerprint after = fingerprint();
        return new PolicyFiles(input, folders(listing), after, after.agreesWith(before));
    }

    /// @param files in the order of their names
    /// @param problems entries that cannot be read, as files without objects
    private record Listing(List<Path> files, Set<Path> folders, List<ParsedFile> problems) {}

    private Listing list() throws IOException {
        Set<Path> files = new TreeSet<>();
        Set<Path> folders = new LinkedHashSet<>();
        List<ParsedFile> problems = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "is no directory");
        }
        FileVisitor<Path> visitor = new SimpleFileVisitor<>() {
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
                if (attributes.isRegularFile() && !isHidden(file)) {
                    visit(file);
                }
                return FileVisitResult.CONTINUE;
            }

            private void visit(Path file) {
                String name = file.getFileName().toString();
                if (name.endsWith(".yaml") && files.size() < FILES_MAX) {
                    files.add(file);
                } else if (name.endsWith(".yaml") && files.size() == FILES_MAX && problems.size() < FILES_MAX) {
                    problems.add(unreadable(name(file), "the file is beyond the first " + FILES_MAX));
                } else if (name.endsWith(".yml") && problems.size() < FILES_MAX) {
                    problems.add(notRead(name(file)));
                }
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                if (file.getFileName().toString().endsWith(".yaml") && !isHidden(file)) {
                    problems.add(unreadable(name(file), "the file " + reason(e)));
                }
                return FileVisitResult.CONTINUE;
            }
        };
        Files.walkFileTree(directory, Set.of(FileVisitOption.FOLLOW_LINKS), DEPTH_MAX, visitor);
        return new Listing(List.copyOf(files), folders, problems);
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private ReferencedFiles referenced(MessageDigest digest) {
        Map<String, Content> contents = new LinkedHashMap<>();
        for (String path : new TreeSet<>(referencedPaths)) {
            Content content = content(path);
            contents.put(path, content);
            update(
                    digest,
                    path,
                    switch (content) {
                        case Content.Text(var text) -> text.getBytes(StandardCharsets.UTF_8);
                        case Content.Unreadable(var reason) -> reason.getBytes(StandardCharsets.UTF_8);
                    });
        }
        return new ReferencedFiles(contents);
    }

    private Content content(String path) {
        try {
            byte[] bytes = bytes(resolve(path), REFERENCED_BYTES_MAX + 1);
            return bytes.length > REFERENCED_BYTES_MAX
                    ? new Content.Unreadable("has more than " + REFERENCED_BYTES_MAX + " bytes")
                    : Content.Text.of(bytes);
        } catch (IOException e) {
            return new Content.Unreadable(reason(e));
        }
    }

    /// A path that is none to the file system stands for a file that is not there.
    private Path resolve(String path) {
        try {
            return directory.resolve(path);
        } catch (InvalidPathException e) {
            return directory.resolve("..invalid");
        }
    }

    private static byte[] bytes(Path file, int bytesMax) throws IOException {
        if (!Files.isRegularFile(file) && Files.exists(file)) {
            throw new IOException("is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytesMax);
        }
    }

    /// The folders in which a change may show: of policy files, of named files, and of what links lead to.
    private Set<Path> folders(Listing listing) {
        Set<Path> folders = new LinkedHashSet<>(listing.folders());
        for (Path file : listing.files()) {
            if (Files.isSymbolicLink(file)) {
                realFolder(file).ifPresent(folders::add);
            }
        }
        listing.folders().forEach(folder -> realPath(folder).ifPresent(folders::add));
        for (String path : referencedPaths) {
            Path file = resolve(path);
            Path parent = file.getParent();
            if (parent != null && Files.isDirectory(parent)) {
                folders.add(parent);
            }
            realFolder(file).ifPresent(folders::add);
        }
        return folders;
    }

    /// Where the links of a path lead; empty where nothing is there, whose folder is watched anyway.
    private static Optional<Path> realFolder(Path file) {
        return realPath(file).map(Path::getParent);
    }

    private static Optional<Path> realPath(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String name(Path file) {
        return directory.relativize(file).toString();
    }

    private static ParsedFile unreadable(String name, String reason) {
        Diagnostic error = new Diagnostic(new Position(name, 1, 1), Severity.ERROR, "", "", reason, "");
        return new ParsedFile(name, List.of(), List.of(), List.of(error), false);
    }

    private static ParsedFile notRead(String name) {
        Diagnostic warning = new Diagnostic(
                new Position(name, 1, 1), Severity.WARNING, "", "", "the file is not read: only *.yaml is", "");
        return new ParsedFile(name, List.of(), List.of(), List.of(warning), true);
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "is not there";
            case AccessDeniedException _ -> "may not be read";
            case FileSystemLoopException _ -> "is a link in a circle";
            default -> "cannot be read: " + e.getMessage();
        };
    }

    private static void update(MessageDigest digest, String name, byte[] bytes) {
        digest.update((name + "\0" + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
