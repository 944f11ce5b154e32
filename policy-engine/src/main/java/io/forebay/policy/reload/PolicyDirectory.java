package io.forebay.policy.reload;

import io.forebay.policy.compile.PolicyInput;
import io.forebay.policy.compile.ReferencedFiles;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.ParsedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads the policy directory: the files of its [Listing], and those that objects name, with relative paths against
/// the directory. Where it is told what has changed, it looks at nothing else. Used by one thread at a time. Bounds:
/// those of the listing, [#REFERENCED_BYTES_MAX], and the parser's bound on one file.
final class PolicyDirectory {

    /// Largest file that an object may name.
    static final int REFERENCED_BYTES_MAX = 1 << 20;

    /// Largest policy file read; the parser names one beyond its own bound.
    private static final int POLICY_BYTES_MAX = 4 * 1024 * 1024 + 1;

    private final Path directory;
    private final LongSupplier clockMs;
    private final UnchangedFiles parses = new UnchangedFiles();
    /// As they were before they were read.
    private final Map<Path, FileState> states = new HashMap<>();

    private @Nullable Listing listing;
    private boolean hasLinks;
    /// Whether a file could not be read for a reason that may pass without a trace in its state.
    private boolean isIncomplete;
    private Set<String> referencedPaths = Set.of();
    private Set<Path> folders = Set.of();

    PolicyDirectory(Path directory) {
        this(directory, System::currentTimeMillis);
    }

    /// @param clockMs of the file system's times
    PolicyDirectory(Path directory, LongSupplier clockMs) {
        this.directory = directory.toAbsolutePath().normalize();
        this.clockMs = clockMs;
    }

    /// Whether the file system says otherwise than it did at the last reading, or might if it were asked once more; it
    /// does before the first.
    boolean differs() throws IOException {
        Listing now = Listing.of(directory);
        return listing == null
                || isIncomplete
                || !now.files().equals(listing.files())
                || now.problems().size() != listing.problems().size()
                || !areAsRead(states.keySet());
    }

    private boolean areAsRead(Set<Path> paths) {
        return paths.stream().allMatch(path -> FileState.of(path).equals(states.get(path)));
    }

    /// Reads everything once.
    PolicyFiles read() throws IOException {
        return read(ChangedPaths.anywhere());
    }

    /// Reads what may have changed since the last reading. Throws where the directory itself cannot be listed; a file
    /// that cannot be read is a diagnostic.
    ///
    /// @param changed everything that has happened since
    PolicyFiles read(ChangedPaths changed) throws IOException {
        boolean isWhole = changed.isAnywhere() || !changed.paths().stream().allMatch(this::isContentOnly);
        Listing files = listing;
        if (files == null || isWhole) {
            isWhole = true;
            files = Listing.of(directory);
            states.clear();
            hasLinks = files.hasLinks();
        }
        listing = files;
        isIncomplete = false;
        MessageDigest digest = sha256();
        Set<Path> read = new LinkedHashSet<>();
        List<ParsedFile> parsed = parsed(files, isWhole ? null : changed.paths(), digest, read);
        ReferencedFiles referenced = referenced(digest, read);
        PolicyInput input = new PolicyInput(parsed, referenced, HexFormat.of().formatHex(digest.digest()));
        return new PolicyFiles(input, folders, areAsRead(read));
    }

    /// Whether what happened at a path cannot have changed which files there are. What others name is read in any
    /// case, and what stands behind a link is not seen to change here.
    private boolean isContentOnly(Path path) {
        if (listing == null || hasLinks || listing.folders().contains(path)) {
            return false;
        }
        return states.containsKey(path)
                ? Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                : Listing.isHidden(path) || !(Listing.isListed(path) || Files.isDirectory(path));
    }

    /// The files by their content, and the paths that they name.
    ///
    /// @param changed null if any may have
    /// @param read is given the paths that were read
    private List<ParsedFile> parsed(Listing files, @Nullable Set<Path> changed, MessageDigest digest, Set<Path> read) {
        long nowMs = clockMs.getAsLong();
        List<ParsedFile> parsed = new ArrayList<>(files.problems());
        files.problems()
                .forEach(problem -> digest.update(revision(problem.diagnostics().toString(), new byte[0])));
        Set<String> named = new TreeSet<>();
        for (Path file : files.files()) {
            boolean isUntouched = changed != null && !changed.contains(file);
            try {
                UnchangedFiles.Parse parse = isUntouched ? parses.untouched(file) : null;
                if (parse == null) {
                    read.add(file);
                    parse = parses.of(file, name(file), look(file), () -> bytes(file, POLICY_BYTES_MAX), nowMs);
                }
                parse.addTo(digest);
                parsed.add(parse.file());
                named.addAll(parse.named());
            } catch (IOException e) {
                isIncomplete |= mayPass(e);
                String reason = Listing.reason(e);
                digest.update(revision(name(file), reason.getBytes(StandardCharsets.UTF_8)));
                parsed.add(Listing.unreadable(name(file), "the file " + reason));
            }
        }
        parses.readAll();
        if (changed == null || !named.equals(referencedPaths)) {
            referencedPaths = named;
            folders = folders(files);
        }
        return parsed;
    }

    private FileState look(Path file) {
        FileState state = FileState.of(file);
        states.put(file, state);
        return state;
    }

    private ReferencedFiles referenced(MessageDigest digest, Set<Path> read) {
        Map<String, Content> contents = new LinkedHashMap<>();
        for (String path : referencedPaths) {
            Path file = resolve(path);
            look(file);
            read.add(file);
            Content content = content(file);
            contents.put(path, content);
            String text = switch (content) {
                case Content.Text(var whole) -> whole;
                case Content.Unreadable(var reason) -> reason;
            };
            digest.update(revision(path, text.getBytes(StandardCharsets.UTF_8)));
        }
        return new ReferencedFiles(contents);
    }

    private Content content(Path file) {
        try {
            byte[] bytes = bytes(file, REFERENCED_BYTES_MAX + 1);
            return bytes.length > REFERENCED_BYTES_MAX
                    ? new Content.Unreadable("has more than " + REFERENCED_BYTES_MAX + " bytes")
                    : Content.Text.of(bytes);
        } catch (IOException e) {
            isIncomplete |= mayPass(e);
            return new Content.Unreadable(Listing.reason(e));
        }
    }

    /// Whether another attempt may find the same file readable: no more files could be opened, or its server was away.
    private static boolean mayPass(IOException e) {
        return !(e instanceof NoSuchFileException
                || e instanceof AccessDeniedException
                || e instanceof FileSystemLoopException
                || e instanceof NoRegularFileException);
    }

    private static final class NoRegularFileException extends IOException {
        private static final long serialVersionUID = 1L;

        NoRegularFileException() {
            super("is no regular file");
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
            throw new NoRegularFileException();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytesMax);
        }
    }

    /// The folders in which a change may show: of policy files, of named files, and of what links lead to.
    private Set<Path> folders(Listing files) {
        Set<Path> found = new LinkedHashSet<>(files.folders());
        for (Path file : files.files()) {
            if (Files.isSymbolicLink(file)) {
                realFolder(file).ifPresent(found::add);
            }
        }
        files.folders().forEach(folder -> realPath(folder).ifPresent(found::add));
        for (String path : referencedPaths) {
            Path file = resolve(path);
            Path parent = file.getParent();
            if (parent != null && Files.isDirectory(parent)) {
                found.add(parent);
            }
            realFolder(file).ifPresent(found::add);
        }
        return found;
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

    /// What a file adds to the hash of all: no other name and content give the same bytes.
    static byte[] revision(String name, byte[] content) {
        byte[] head = (name + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return all;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
