package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/// The trace a request belongs to (W3C Trace Context, level 1): the caller's when it sent a valid `traceparent`, else
/// a new one. Whether it is sampled is decided elsewhere ([#sample]), so that no client decides how much is recorded.
public final class TraceContext {
    private static final int TEXT_BYTES = 55;
    private static final byte[] NAME = {'t', 'r', 'a', 'c', 'e', 'p', 'a', 'r', 'e', 'n', 't', ':', ' ', '0', '0', '-'};
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private long traceHigh;
    private long traceLow;
    private long parent;
    private long span;
    /// The span of the try under way, if it has one of its own.
    private long trySpan;
    private boolean isParentSampled;
    private boolean isSampled;

    /// Continues the trace that the head names, or begins one.
    void start(RequestHead head, LoopContext loop) {
        span = loop.nextRandom() | 1;
        trySpan = 0;
        isParentSampled = false;
        isSampled = false;
        FieldLines fields = head.fields();
        int line = fields.lineOf(KnownHeader.TRACEPARENT);
        if (line < 0 || fields.isRepeated(KnownHeader.TRACEPARENT) || !parse(fields, line)) {
            traceHigh = loop.nextRandom();
            traceLow = loop.nextRandom() | 1;
            parent = 0;
            isParentSampled = false;
        }
    }

    private boolean parse(FieldLines fields, int line) {
        byte[] b = fields.bytes();
        int at = fields.valueStart(line);
        int size = fields.valueEnd(line) - at;
        boolean isShaped = size >= TEXT_BYTES
                && b[at + 2] == '-'
                && b[at + 35] == '-'
                && b[at + 52] == '-'
                && (size == TEXT_BYTES || b[at + TEXT_BYTES] == '-')
                && !(b[at] == 'f' && b[at + 1] == 'f')
                && (size == TEXT_BYTES || b[at] != '0' || b[at + 1] != '0')
                && isHex(b, at, 2)
                && isHex(b, at + 3, 32)
                && isHex(b, at + 36, 16)
                && isHex(b, at + 53, 2);
        if (!isShaped) {
            return false;
        }
        traceHigh = hex(b, at + 3);
        traceLow = hex(b, at + 19);
        parent = hex(b, at + 36);
        isParentSampled = (Grammar.hex(b[at + 54]) & 1) != 0;
        return (traceHigh | traceLow) != 0 && parent != 0;
    }

    private static boolean isHex(byte[] b, int from, int size) {
        for (int p = from; p < from + size; p++) {
            if (!(Grammar.isDigit(b[p]) || (b[p] >= 'a' && b[p] <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static long hex(byte[] b, int from) {
        long value = 0;
        for (int p = from; p < from + 16; p++) {
            value = value << 4 | Grammar.hex(b[p]);
        }
        return value;
    }

    /// Whether the caller has named a trace.
    public boolean hasParent() {
        return parent != 0;
    }

    /// What the caller says of it: to be believed only from those who are trusted.
    public boolean isParentSampled() {
        return isParentSampled;
    }

    /// Says whether spans are recorded of it, here and by whoever follows.
    public void sample(boolean isWanted) {
        isSampled = isWanted;
    }

    /// Whether spans are recorded of it.
    public boolean isSampled() {
        return isSampled;
    }

    /// A try begins that has a span of its own.
    void beginTry(long spanId) {
        trySpan = spanId;
    }

    /// Writes the line for the next hop, whose parent is this gateway's span, or that of the try.
    public void write(ByteBuf out) {
        out.writeBytes(NAME);
        writeHex(out, traceHigh);
        writeHex(out, traceLow);
        out.writeByte('-');
        writeHex(out, trySpan == 0 ? span : trySpan);
        out.writeInt('-' << 24 | '0' << 16 | (isSampled ? '1' : '0') << 8 | '\r');
        out.writeByte('\n');
    }

    /// The value of that line.
    public AsciiString value() {
        return AsciiString.of(text(trySpan == 0 ? span : trySpan));
    }

    /// The value that is kept for later: its parent is this gateway's span.
    String kept() {
        return text(span);
    }

    private String text(long parentId) {
        return "00-" + traceId() + "-" + hexText(parentId) + (isSampled ? "-01" : "-00");
    }

    private static void writeHex(ByteBuf out, long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            int b = (int) (value >>> shift) & 0xff;
            out.writeShort(HEX[b >>> 4] << 8 | HEX[b & 0xf]);
        }
    }

    /// The trace id, 32 hexadecimal digits.
    public String traceId() {
        return hexText(traceHigh) + hexText(traceLow);
    }

    /// This gateway's span id, 16 hexadecimal digits.
    public String spanId() {
        return hexText(span);
    }

    /// The caller's span id, or the empty text when the trace began here.
    public String parentId() {
        return parent == 0 ? "" : hexText(parent);
    }

    /// 16 hexadecimal digits.
    public static String hexText(long value) {
        return java.util.HexFormat.of().toHexDigits(value);
    }
}
