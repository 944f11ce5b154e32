package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The field lines of one head or trailer section: the bytes as they came, and where each name and value stands.
///
/// One array and a few offsets instead of header objects, so that reading a request allocates nothing once the array
/// has grown to the size of the traffic. Lines that HTTP/2 or the gateway itself adds are written in the same form,
/// so that every reader and writer knows one layout. Owned by one event loop; reused through [#clear()].
public final class FieldLines {
    static final int INCOMPLETE = -1;
    static final int MALFORMED = -2;

    private static final int INITIAL_BYTES = 256;
    private static final int KEPT_BYTES = 8 * 1024;
    /// What a normalised path and a host take beside the head that came.
    private static final int SPARE_BYTES = 128;
    private static final int INITIAL_LINES = 16;
    /// Where a line's five offsets stand, of [#PER_LINE] in a row.
    private static final int NAME_START = 0;
    private static final int NAME_END = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_END = 3;
    private static final int LINE_END = 4;
    private static final int PER_LINE = 5;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    private final int linesMax;
    private final boolean allowsUnderscores;
    private int[] offsets;
    private @Nullable KnownHeader[] known;
    private int count;

    private long present;
    private long repeated;
    private final int[] firstLine = new int[KnownHeader.COUNT];
    private @Nullable Malformed malformed;

    /// @param linesMax the most lines a head may have; one more is [Malformed#HEADERS_TOO_MANY]
    FieldLines(int linesMax) {
        this(linesMax, false);
    }

    /// @param allowsUnderscores whether names may hold `_`: in answers of upstreams, but not in what clients send,
    ///     where servers that map `_` and `-` to one variable could be deceived
    FieldLines(int linesMax, boolean allowsUnderscores) {
        this.allowsUnderscores = allowsUnderscores;
        this.linesMax = linesMax;
        int room = Math.min(INITIAL_LINES, linesMax);
        this.offsets = new int[room * PER_LINE];
        this.known = new KnownHeader[room];
    }

    /// Forgets everything; an array that one large head has grown is given back to the collector.
    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        clearLines();
    }

    /// Forgets the lines but keeps the bytes, to parse them again when more have come.
    void clearLines() {
        count = 0;
        present = 0;
        repeated = 0;
        malformed = null;
    }

    /// The array that every offset refers to. Replaced when it grows: do not keep it across an append.
    public byte[] bytes() {
        return bytes;
    }

    /// How many bytes of [#bytes()] are in use.
    int length() {
        return length;
    }

    /// The number of lines.
    public int count() {
        return count;
    }

    int nameStart(int line) {
        return offsets[line * PER_LINE + NAME_START];
    }

    int nameEnd(int line) {
        return offsets[line * PER_LINE + NAME_END];
    }

    int valueStart(int line) {
        return offsets[line * PER_LINE + VALUE_START];
    }

    int valueEnd(int line) {
        return offsets[line * PER_LINE + VALUE_END];
    }

    /// The position behind the line's CRLF, which is where the next line begins.
    int lineEnd(int line) {
        return offsets[line * PER_LINE + LINE_END];
    }

    @Nullable
    KnownHeader known(int line) {
        return known[line];
    }

    boolean has(KnownHeader header) {
        return (present & bit(header)) != 0;
    }

    /// Whether any of the fields is there; see [#mask].
    boolean hasAny(long mask) {
        return (present & mask) != 0;
    }

    /// A set of fields for [#hasAny(long)].
    static long mask(KnownHeader... headers) {
        long mask = 0;
        for (KnownHeader header : headers) {
            mask |= bit(header);
        }
        return mask;
    }

    /// Where the first line begins and the last one ends, when there are lines.
    int linesStart() {
        return nameStart(0);
    }

    int linesEnd() {
        return count == 0 ? 0 : lineEnd(count - 1);
    }

    /// Whether the field came on more than one line.
    boolean isRepeated(KnownHeader header) {
        return (repeated & bit(header)) != 0;
    }

    /// The first line of the field, or -1.
    int lineOf(KnownHeader header) {
        return has(header) ? firstLine[header.index()] : -1;
    }

    /// What is wrong, after a method has returned [#MALFORMED].
    Malformed malformed() {
        if (malformed == null) {
            throw new IllegalStateException("nothing was malformed");
        }
        return malformed;
    }

    int fail(Malformed reason) {
        malformed = reason;
        return MALFORMED;
    }

    public String nameText(int line) {
        return text(nameStart(line), nameEnd(line));
    }

    public String valueText(int line) {
        return text(valueStart(line), valueEnd(line));
    }

    /// The values of all lines of the field joined by `, ` (RFC 9110 section 5.3), or null if there is none.
    public @Nullable String joined(KnownHeader header) {
        int first = lineOf(header);
        if (first < 0) {
            return null;
        }
        if (!isRepeated(header)) {
            return valueText(first);
        }
        StringBuilder all = new StringBuilder(valueText(first));
        for (int line = first + 1; line < count; line++) {
            if (known[line] == header) {
                all.append(", ").append(valueText(line));
            }
        }
        return all.toString();
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// Appends the next `size` readable bytes of `in`, which keeps its reader index.
    void append(ByteBuf in, int from, int size) {
        ensureRoom(size);
        if (in.nioBufferCount() == 1) {
            // The view that the read from the socket has made already; getBytes would make one more.
            in.internalNioBuffer(from, size).get(bytes, length, size);
        } else {
            in.getBytes(from, bytes, length, size);
        }
        length += size;
    }

    /// Appends bytes and returns where they begin.
    int append(byte[] source, int from, int size) {
        ensureRoom(size);
        System.arraycopy(source, from, bytes, length, size);
        int start = length;
        length += size;
        return start;
    }

    int append(byte b) {
        ensureRoom(1);
        bytes[length] = b;
        return length++;
    }

    /// Appends text whose characters are all below 256, and returns where it begins.
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) copies Latin-1 without an encoder or a copy
    int append(CharSequence text) {
        int size = text.length();
        ensureRoom(size);
        int start = length;
        if (text instanceof String string) {
            string.getBytes(0, size, bytes, start);
        } else if (text instanceof AsciiString ascii) {
            System.arraycopy(ascii.array(), ascii.arrayOffset(), bytes, start, size);
        } else {
            for (int i = 0; i < size; i++) {
                bytes[start + i] = (byte) text.charAt(i);
            }
        }
        length += size;
        return start;
    }

    private void ensureRoom(int size) {
        if (bytes.length - length < size) {
            int needed = length + size + SPARE_BYTES;
            bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(bytes.length * 2, needed * 2)));
        }
    }

    /// Appends `name: value` as a line of its own. The name is lower case; neither holds CR, LF or NUL, which the
    /// caller has checked. Lines past the limit are reported by the return value.
    ///
    /// @return false when there is no room for another line
    public boolean appendLine(CharSequence name, CharSequence value) {
        if (count == linesMax) {
            return false;
        }
        int from = append(name);
        int colon = append(": ");
        int valueFrom = append(value);
        int end = append("\r\n");
        record(from, colon, valueFrom, end, end + 2, KnownHeader.of(bytes, from, colon));
        return true;
    }

    /// Writes whole lines straight into the array.
    @FunctionalInterface
    public interface LineWriter {
        /// Writes from `offset` on and returns the offset behind the last byte.
        int write(byte[] target, int offset);
    }

    /// The same lines in bytes of their own, to be kept.
    public FieldLines copy() {
        FieldLines copy = new FieldLines(linesMax);
        for (int line = 0; line < count; line++) {
            copy.appendLine(nameText(line), valueText(line));
        }
        return copy;
    }

    /// Appends lines, each with its CRLF, that `writer` writes; at most `bytesMax` bytes.
    public void appendLines(int bytesMax, LineWriter writer) {
        ensureRoom(bytesMax + 2);
        int from = length;
        length = writer.write(bytes, from);
        bytes[length++] = '\r';
        bytes[length++] = '\n';
        if (parse(from) != length) {
            throw new IllegalArgumentException("not field lines: " + text(from, length));
        }
        length -= 2;
    }

    /// Parses lines from `at` up to the empty line that ends them, within `[at, length)`.
    ///
    /// @return the position behind the empty line, [#INCOMPLETE], or [#MALFORMED]
    int parse(int at) {
        byte[] b = bytes;
        int end = length;
        int p = at;
        while (true) {
            if (p >= end) {
                return INCOMPLETE;
            }
            if (b[p] == '\r') {
                return p + 1 == end ? INCOMPLETE : b[p + 1] == '\n' ? p + 2 : fail(Malformed.BARE_CR_OR_LF);
            }
            p = parseLine(b, p, end);
            if (p < 0) {
                return p;
            }
        }
    }

    private int parseLine(byte[] b, int from, int end) {
        int p = from;
        while (p < end && Grammar.isToken(b[p])) {
            if (b[p] == '_' && !allowsUnderscores) {
                return fail(Malformed.HEADER_UNDERSCORE);
            }
            p++;
        }
        if (p == end) {
            return INCOMPLETE;
        }
        if (b[p] != ':' || p == from) {
            return fail(badName(b, from, p));
        }
        int colon = p++;
        while (p < end && (b[p] == ' ' || b[p] == '\t')) {
            p++;
        }
        int value = p;
        p = Grammar.controlAt(b, p, end);
        if (p + 1 >= end) {
            return INCOMPLETE;
        }
        if (b[p] != '\r') {
            return fail(b[p] == '\n' ? Malformed.BARE_CR_OR_LF : Malformed.HEADER_VALUE);
        }
        if (b[p + 1] != '\n') {
            return fail(Malformed.BARE_CR_OR_LF);
        }
        if (count == linesMax) {
            return fail(Malformed.HEADERS_TOO_MANY);
        }
        int valueStop = p;
        while (valueStop > value && (b[valueStop - 1] == ' ' || b[valueStop - 1] == '\t')) {
            valueStop--;
        }
        record(from, colon, value, valueStop, p + 2, KnownHeader.of(b, from, colon));
        return p + 2;
    }

    private static Malformed badName(byte[] b, int from, int at) {
        if (at == from && (b[at] == ' ' || b[at] == '\t')) {
            return Malformed.OBSOLETE_FOLD;
        }
        return b[at] == '\n' || b[at] == '\r' ? Malformed.BARE_CR_OR_LF : Malformed.HEADER_NAME;
    }

    private void record(int from, int colon, int value, int valueStop, int stop, @Nullable KnownHeader header) {
        if (count == known.length) {
            growLines();
        }
        int line = count++;
        int at = line * PER_LINE;
        offsets[at + NAME_START] = from;
        offsets[at + NAME_END] = colon;
        offsets[at + VALUE_START] = value;
        offsets[at + VALUE_END] = valueStop;
        offsets[at + LINE_END] = stop;
        known[line] = header;
        if (header != null) {
            long bit = bit(header);
            if ((present & bit) == 0) {
                present |= bit;
                firstLine[header.index()] = line;
            } else {
                repeated |= bit;
            }
        }
    }

    private void growLines() {
        int room = Math.min(linesMax, known.length * 2);
        offsets = Arrays.copyOf(offsets, room * PER_LINE);
        known = Arrays.copyOf(known, room);
    }

    /// Where a head may end at the earliest: the position behind the first CRLF CRLF at or after `from`, or -1.
    int blankLineAfter(int from) {
        for (int p = Math.max(0, from); p + 3 < length; p++) {
            if (bytes[p] == '\r' && bytes[p + 1] == '\n' && bytes[p + 2] == '\r' && bytes[p + 3] == '\n') {
                return p + 4;
            }
        }
        return -1;
    }

    /// Whether the first line is empty, which alone is a whole trailer section.
    boolean startsWithBlankLine() {
        return length >= 2 && bytes[0] == '\r' && bytes[1] == '\n';
    }

    static long bit(KnownHeader header) {
        return 1L << header.index();
    }
}
