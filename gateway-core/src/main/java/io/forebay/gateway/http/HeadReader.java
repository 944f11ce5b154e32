package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;

/// Collects the bytes of one head from the reads of a connection, and says when to parse.
///
/// A head that arrives whole, as nearly all do, is copied once and parsed once. One that arrives in pieces is parsed
/// again only when an empty line has been seen, so that a client that sends byte by byte costs linear work.
final class HeadReader {
    private static final int FIRST_COPY_BYTES = 2048;

    private final FieldLines fields;
    private final int headBytesMax;
    private int scannedTo;

    HeadReader(FieldLines fields, int headBytesMax) {
        this.fields = fields;
        this.headBytesMax = headBytesMax;
    }

    /// What to do with the bytes that are there: start line and lines from position 0.
    @FunctionalInterface
    interface Parse {
        /// Parses from `position` and returns the end of the head, [FieldLines#INCOMPLETE] or [FieldLines#MALFORMED]
        int from(int position);
    }

    void clear() {
        scannedTo = 0;
    }

    /// Takes what belongs to the head from `in`.
    ///
    /// @return the length of the head, with `in` standing on the byte behind it; or [FieldLines#INCOMPLETE] with
    /// `in`
    ///     read to its end; or [FieldLines#MALFORMED]
    int read(ByteBuf in, Parse parse) {
        boolean first = fields.length() == 0;
        while (true) {
            int before = fields.length();
            int readable = in.readableBytes();
            if (readable == 0) {
                return before > headBytesMax ? fields.fail(Malformed.HEAD_TOO_LARGE) : FieldLines.INCOMPLETE;
            }
            int size = Math.min(readable, Math.max(FIRST_COPY_BYTES, before));
            size = Math.min(size, headBytesMax + 4 - before);
            if (size <= 0) {
                return fields.fail(Malformed.HEAD_TOO_LARGE);
            }
            fields.append(in, in.readerIndex(), size);
            if (first || (scannedTo < 2 && fields.startsWithBlankLine()) || fields.blankLineAfter(scannedTo - 3) > 0) {
                fields.clearLines();
                int end = parse.from(0);
                if (end >= 0) {
                    in.skipBytes(end - before);
                    return end > headBytesMax ? fields.fail(Malformed.HEAD_TOO_LARGE) : end;
                }
                if (end == FieldLines.MALFORMED) {
                    return end;
                }
                first = false;
            }
            scannedTo = fields.length();
            in.skipBytes(size);
        }
    }
}
