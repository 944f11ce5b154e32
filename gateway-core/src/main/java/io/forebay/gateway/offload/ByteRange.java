package io.forebay.gateway.offload;

import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which bytes of a representation a client wants (RFC 9110 section 14).
///
/// @param from the first byte
/// @param end the byte after the last; `from` for none at all, which cannot be satisfied
record ByteRange(long from, long end) {
    private static final HeaderName RANGE = HeaderName.of("range");
    private static final HeaderName IF_RANGE = HeaderName.of("if-range");
    private static final Pattern ONE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

    boolean isSatisfiable() {
        return from < end;
    }

    String contentRange(long bytes) {
        return isSatisfiable() ? "bytes " + from + "-" + (end - 1) + "/" + bytes : "bytes */" + bytes;
    }

    /// What a GET asks for, or `null` for everything: also if it asks for several ranges, or of a representation that
    /// this is not.
    ///
    /// @param tag the representation's ETag
    static @Nullable ByteRange of(RequestHead head, long bytes, String tag) {
        long field = head.header(RANGE);
        if (!head.methodIs("GET") || !ByteSpan.isPresent(field)) {
            return null;
        }
        long condition = head.header(IF_RANGE);
        if (ByteSpan.isPresent(condition)
                && (tag.startsWith("W/") || !head.text(condition).equals(tag))) {
            return null;
        }
        return parse(head.text(field), bytes);
    }

    static @Nullable ByteRange parse(String text, long bytes) {
        Matcher range = ONE.matcher(text);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return null;
        }
        if (range.group(1).isEmpty()) {
            long last = Long.parseLong(range.group(2));
            // The last bytes of nothing are nothing, and all of it.
            return bytes == 0 && last > 0 ? null : new ByteRange(bytes - Math.min(bytes, last), bytes);
        }
        long from = Long.parseLong(range.group(1));
        long end = range.group(2).isEmpty() ? bytes : Long.parseLong(range.group(2)) + 1;
        if (!range.group(2).isEmpty() && end <= from) {
            return null;
        }
        return from >= bytes ? new ByteRange(bytes, bytes) : new ByteRange(from, Math.min(end, bytes));
    }
}
