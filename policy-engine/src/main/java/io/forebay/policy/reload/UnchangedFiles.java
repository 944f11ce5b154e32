package io.forebay.policy.reload;

import io.forebay.policy.compile.ReferencedFiles;
import io.forebay.policy.document.DocumentParser;
import io.forebay.policy.document.ParsedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the files of the last reading hold. A file that the system says is the same is not read again, one with the
/// same bytes not parsed again, and its objects are the same in memory: of a policy with thousands of files that
/// change one at a time, only the changed one costs. Used by one thread at a time.
final class UnchangedFiles {

    /// A file that was changed less than this before it was read is read again the next time: it might have been
    /// changed twice under the same time.
    static final long SETTLED_MS = 2_000;

    /// A file's bytes by their hash, and what they hold.
    static final class Parse {
        private final String sha256;
        private final byte[] revision;
        private final ParsedFile file;
        private final Set<String> named;

        private Parse(String name, String sha256, ParsedFile file) {
            this.sha256 = sha256;
            this.revision = PolicyDirectory.revision(name, sha256.getBytes(StandardCharsets.US_ASCII));
            this.file = file;
            this.named = ReferencedFiles.namedIn(file);
        }

        /// Adds the file's name and the hash of its bytes.
        void addTo(MessageDigest all) {
            all.update(revision);
        }

        ParsedFile file() {
            return file;
        }

        /// Paths of the files that its objects name.
        Set<String> named() {
            return named;
        }
    }

    /// Where bytes come from when they are asked for.
    interface Content {
        byte[] read() throws IOException;
    }

    private record Seen(FileState state, boolean isSettled, Parse parse) {}

    private final MessageDigest digest = PolicyDirectory.sha256();
    private Map<Path, Seen> last = new HashMap<>();
    private Map<Path, Seen> now = new HashMap<>();

    /// One file of the reading under way.
    ///
    /// @param name as positions in it say it
    /// @param state asked for before the content is read
    /// @param nowMs wall clock before the state was asked for
    Parse of(Path path, String name, FileState state, Content content, long nowMs) throws IOException {
        Seen before = last.get(path);
        Parse parse = before != null && before.isSettled() && before.state().equals(state)
                ? before.parse()
                : parse(name, content.read(), before);
        now.put(path, new Seen(state, state.isOlderThan(SETTLED_MS, nowMs), parse));
        return parse;
    }

    /// A file of the reading under way of which nobody has told that it was changed; null where it must be looked at
    /// all the same.
    @Nullable
    Parse untouched(Path path) {
        Seen before = last.get(path);
        if (before == null || !before.isSettled()) {
            return null;
        }
        now.put(path, before);
        return before.parse();
    }

    private Parse parse(String name, byte[] bytes, @Nullable Seen before) {
        String sha256 = HexFormat.of().formatHex(digest.digest(bytes));
        return before != null && before.parse().sha256.equals(sha256)
                ? before.parse()
                : new Parse(name, sha256, DocumentParser.parse(name, bytes));
    }

    /// Ends a reading: what was not in it is forgotten.
    void readAll() {
        Map<Path, Seen> forgotten = last;
        last = now;
        now = forgotten;
        now.clear();
    }
}
