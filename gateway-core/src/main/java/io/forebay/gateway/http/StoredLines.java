package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// The field lines of an upstream's answer as bytes that can be kept and sent again. Fields for one hop only are left
/// out, and the length, which is stated anew.
public final class StoredLines {
    private static final LineFilter DROPPED = new LineFilter(KnownHeader.CONTENT_LENGTH);
    private static final int OWN_LINES_MAX = 16;

    private StoredLines() {}

    public static byte[] write(FieldLines fields) {
        ByteBuf out = Unpooled.buffer(fields.linesEnd() + 2);
        DROPPED.copy(fields, HeaderEdits.NONE, out);
        out.writeByte('\r').writeByte('\n');
        return ByteBufUtil.getBytes(out);
    }

    /// Begins an answer of the gateway's own with the lines that [#write] wrote, and with room for some more.
    ///
    /// @throws IllegalArgumentException it did not write these bytes
    public static ResponseHead read(byte[] bytes, int status) {
        FieldLines fields = new FieldLines(ResponseHead.LINES_MAX, true);
        fields.append(bytes, 0, bytes.length);
        if (fields.parse(0) != bytes.length) {
            throw new IllegalArgumentException("not the stored lines of an answer");
        }
        ResponseHead head = new ResponseHead(fields.count() + OWN_LINES_MAX).begin(status);
        for (int line = 0; line < fields.count(); line++) {
            head.add(fields.nameText(line), fields.valueText(line));
        }
        return head;
    }
}
