package io.forebay.policy.route;

import io.forebay.policy.ByteSpan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a redirect or a rewrite makes of a path (Gateway API, HTTPPathModifier): another path, or another prefix in the
/// place of the matched one, whose trailing slashes have no meaning, as in a match. A path that the prefix does not
/// take stays as it is: a job may wait while its rule changes. Immutable, any thread; nothing is created for a request.
public final class PathEdit {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] ROOT = {'/'};

    private final byte @Nullable [] prefix;
    private final byte[] replacement;

    private PathEdit(byte @Nullable [] prefix, byte[] replacement) {
        this.prefix = prefix;
        this.replacement = replacement;
    }

    /// Another path for every path.
    public static PathEdit full(String path) {
        return new PathEdit(null, bytes(path));
    }

    /// Another prefix for one.
    ///
    /// @param matched the prefix that the rule matches
    /// @param replacement begins with a slash, or is empty
    public static PathEdit prefix(String matched, String replacement) {
        return new PathEdit(bytes(withoutSlashes(matched)), bytes(withoutSlashes(replacement)));
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// What the new path begins with; not to be changed by the caller.
    public byte[] start(byte[] bytes, long path) {
        if (!isTaken(bytes, path)) {
            return NOTHING;
        }
        return replacement.length == 0 && restLength(path) == 0 ? ROOT : replacement;
    }

    /// What of the old path follows that.
    public long rest(byte[] bytes, long path) {
        if (!isTaken(bytes, path)) {
            return path;
        }
        int length = restLength(path);
        return ByteSpan.of(ByteSpan.end(path) - length, length);
    }

    private boolean isTaken(byte[] bytes, long path) {
        byte[] matched = prefix;
        if (matched == null) {
            return true;
        }
        int from = ByteSpan.offset(path);
        int end = from + matched.length;
        return ByteSpan.length(path) >= matched.length
                && Arrays.equals(bytes, from, end, matched, 0, matched.length)
                && (end == ByteSpan.end(path) || bytes[end] == '/');
    }

    private int restLength(long path) {
        return prefix == null ? 0 : ByteSpan.length(path) - prefix.length;
    }

    /// How many bytes longer than the old path a new one may be, at most.
    public int growthMax() {
        return replacement.length + ROOT.length;
    }

    /// The new path as text.
    public String text(byte[] bytes, long path) {
        return new String(start(bytes, path), StandardCharsets.ISO_8859_1) + ByteSpan.text(bytes, rest(bytes, path));
    }
}
