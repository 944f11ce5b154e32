package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Writes the chunked transfer coding (RFC 9112 section 7.1).
public final class Chunks {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int SIZE_LINE_BYTES = 10;
    private static final long FORBIDDEN_IN_TRAILERS = FieldLines.mask(
            KnownHeader.HOST,
            KnownHeader.CONTENT_LENGTH,
            KnownHeader.TRANSFER_ENCODING,
            KnownHeader.CONNECTION,
            KnownHeader.KEEP_ALIVE,
            KnownHeader.PROXY_CONNECTION,
            KnownHeader.TE,
            KnownHeader.TRAILER,
            KnownHeader.UPGRADE,
            KnownHeader.EXPECT,
            KnownHeader.AUTHORIZATION,
            KnownHeader.PROXY_AUTHORIZATION,
            KnownHeader.COOKIE,
            KnownHeader.CONTENT_TYPE,
            KnownHeader.FORWARDED,
            KnownHeader.X_FORWARDED_FOR,
            KnownHeader.X_FORWARDED_PROTO,
            KnownHeader.X_FORWARDED_HOST,
            KnownHeader.X_FORWARDED_PORT);

    private Chunks() {}

    /// One chunk that holds the next `bytes` bytes of `in`; none for no bytes, since a chunk of size 0 ends the body.
    public static void data(Outgoing outgoing, ByteBuf in, int bytes) {
        if (bytes == 0) {
            return;
        }
        size(outgoing.room(SIZE_LINE_BYTES), bytes);
        outgoing.append(in, bytes);
        outgoing.room(2).writeShort('\r' << 8 | '\n');
    }

    /// The last chunk and the trailers that may be forwarded (RFC 9110 section 6.5.1).
    public static void end(Outgoing outgoing, @Nullable FieldLines trailers, HeaderEdits edits) {
        ByteBuf out = outgoing.room(8 + (trailers == null ? 0 : trailers.linesEnd()));
        out.writeByte('0').writeShort('\r' << 8 | '\n');
        if (trailers != null) {
            for (int line = 0; line < trailers.count(); line++) {
                if (isForwarded(trailers, line, edits)) {
                    int start = trailers.nameStart(line);
                    out.writeBytes(trailers.bytes(), start, trailers.lineEnd(line) - start);
                }
            }
        }
        out.writeShort('\r' << 8 | '\n');
    }

    /// Whether a trailer line is none of the fields that frame, route or authorise a message, nor one that `edits` sets
    /// or removes: a receiver may merge trailers into the head, and must not find there what was taken out.
    static boolean isForwarded(FieldLines trailers, int line, HeaderEdits edits) {
        KnownHeader known = trailers.known(line);
        boolean isAllowed = known == null || (FORBIDDEN_IN_TRAILERS & FieldLines.bit(known)) == 0;
        return isAllowed && !LineFilter.isEdited(trailers, line, edits);
    }

    private static void size(ByteBuf out, int size) {
        int shift = (31 - Integer.numberOfLeadingZeros(size | 1)) & ~3;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(HEX[size >>> shift & 0xf]);
        }
        out.writeShort('\r' << 8 | '\n');
    }
}
