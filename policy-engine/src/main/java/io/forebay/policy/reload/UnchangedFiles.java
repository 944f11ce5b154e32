package io.forebay.policy.reload;

import io.forebay.policy.document.DocumentParser;
import io.forebay.policy.document.ParsedFile;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// What the files of the last reading hold. A file with the same bytes is not parsed again, and its objects are the
/// same in memory: of a policy with thousands of files that change one at a time, only the changed one costs. Used by
/// one thread at a time.
final class UnchangedFiles {

    /// A file's bytes by their hash, and what they hold.
    record Parse(String sha256, ParsedFile file) {}

    private final MessageDigest digest = PolicyDirectory.sha256();
    private Map<String, Parse> last = new HashMap<>();
    private Map<String, Parse> now = new HashMap<>();

    /// One file of the reading under way.
    Parse of(String name, byte[] bytes) {
        String sha256 = HexFormat.of().formatHex(digest.digest(bytes));
        Parse before = last.get(name);
        Parse parse = before != null && before.sha256().equals(sha256)
                ? before
                : new Parse(sha256, DocumentParser.parse(name, bytes));
        now.put(name, parse);
        return parse;
    }

    /// Ends a reading: what was not in it is forgotten.
    void readAll() {
        last = now;
        now = new HashMap<>();
    }
}
