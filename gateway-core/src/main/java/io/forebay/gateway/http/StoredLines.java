package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// The field lines of an upstream's answer as bytes that can be kept and sent again. Fields for one hop only are left
/// out, and the length, which is stated anew.
public final class StoredLines {
    private static final LineFilter DROPPED = new LineFilter(KnownHeader.CONTENT_LENGTH);
    private static final int LINES_MAX = 128;

    private StoredLines() {}

    public static byte[] write(FieldLines fields) {
        ByteBuf out = Unpooled.buffer(fields.linesEnd() + 2);
        DROPPED.copy(fields, HeaderEdits.NONE, out);
        out.writeByte('\r').writeByte('\n');
        return ByteBufUtil.getBytes(out);
    }

    /// Adds the lines that [#write] wrote to an answer of the gateway's own.
    ///
    /// @throws IllegalArgumentException it did not write these bytes
    public static void read(byte[] bytes, ResponseHead into) {
        FieldLines fields = new FieldLines(LINES_MAX, true);
        fields.append(bytes, 0, bytes.length);
        if (fields.parse(0) != bytes.length) {
            throw new IllegalArgumentException("not the stored lines of an answer");
        }
        for (int line = 0; line < fields.count(); line++) {
            into.add(fields.nameText(line), fields.valueText(line));
        }
    }
}
