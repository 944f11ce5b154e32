package io.forebay.gateway.http;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Copies the field lines of a head that are to be forwarded: all but those for this hop only (RFC 9110 section
/// 7.6.1), those the caller replaces, and those a header modifier sets or removes. Lines that stay together are
/// copied together.
public final class LineFilter {
    private static final long HOP_BY_HOP = FieldLines.mask(
            KnownHeader.CONNECTION,
            KnownHeader.KEEP_ALIVE,
            KnownHeader.PROXY_CONNECTION,
            KnownHeader.TE,
            KnownHeader.TRANSFER_ENCODING,
            KnownHeader.UPGRADE,
            KnownHeader.HTTP2_SETTINGS);

    private final long dropped;

    /// @param replaced fields that the caller writes itself
    public LineFilter(KnownHeader... replaced) {
        this.dropped = HOP_BY_HOP | FieldLines.mask(replaced);
    }

    /// An upper bound of what [#copy] writes.
    public static int bytesMax(FieldLines fields, HeaderEdits edits) {
        int bytes = fields.linesEnd();
        if (edits.isEmpty()) {
            return bytes;
        }
        for (ForwardedHeader header : edits.set()) {
            bytes += header.line().length;
        }
        for (ForwardedHeader header : edits.add()) {
            bytes += header.line().length;
        }
        return bytes;
    }

    /// Writes the lines that stay, then those that `edits` sets and adds.
    public void copy(FieldLines fields, HeaderEdits edits, ByteBuf out) {
        copyKept(fields, edits, out);
        if (!edits.isEmpty()) {
            edits.set().forEach(header -> out.writeBytes(header.line()));
            edits.add().forEach(header -> out.writeBytes(header.line()));
        }
    }

    /// Writes the lines that stay.
    void copyKept(FieldLines fields, HeaderEdits edits, ByteBuf out) {
        if (fields.count() == 0) {
            return;
        }
        if (fields.hasAny(dropped) || !edits.isEmpty()) {
            copySingly(fields, edits, out);
        } else {
            int start = fields.linesStart();
            out.writeBytes(fields.bytes(), start, fields.linesEnd() - start);
        }
    }

    private void copySingly(FieldLines fields, HeaderEdits edits, ByteBuf out) {
        ConnectionOptions options = fields.has(KnownHeader.CONNECTION) ? ConnectionOptions.of(fields) : null;
        byte[] bytes = fields.bytes();
        int run = -1;
        int runEnd = -1;
        for (int line = 0; line < fields.count(); line++) {
            if (isKept(fields, line, options, edits)) {
                if (run < 0) {
                    run = fields.nameStart(line);
                }
                runEnd = fields.lineEnd(line);
            } else if (run >= 0) {
                out.writeBytes(bytes, run, runEnd - run);
                run = -1;
            }
        }
        if (run >= 0) {
            out.writeBytes(bytes, run, runEnd - run);
        }
    }

    /// Takes the lines of a head one by one.
    interface Taker {
        /// A line that stays.
        void line(FieldLines fields, int line);

        /// A line that the edits set or add.
        void edit(ForwardedHeader header);
    }

    /// Gives `taker` what [#copy] would write, in the same order.
    void each(FieldLines fields, HeaderEdits edits, Taker taker) {
        eachKept(fields, edits, taker);
        edits.set().forEach(taker::edit);
        edits.add().forEach(taker::edit);
    }

    /// Gives `taker` the lines that stay.
    void eachKept(FieldLines fields, HeaderEdits edits, Taker taker) {
        ConnectionOptions options = fields.has(KnownHeader.CONNECTION) ? ConnectionOptions.of(fields) : null;
        for (int line = 0; line < fields.count(); line++) {
            if (isKept(fields, line, options, edits)) {
                taker.line(fields, line);
            }
        }
    }

    /// Whether the line is forwarded.
    boolean isKept(FieldLines fields, int line, @Nullable ConnectionOptions options, HeaderEdits edits) {
        KnownHeader known = fields.known(line);
        if (known != null && (dropped & FieldLines.bit(known)) != 0) {
            return false;
        }
        if (options != null && options.nominates(fields, line)) {
            return false;
        }
        return edits.isEmpty() || !isEdited(fields, line, edits);
    }

    /// Whether `edits` sets or removes the line.
    static boolean isEdited(FieldLines fields, int line, HeaderEdits edits) {
        for (HeaderName name : edits.remove()) {
            if (isNamed(fields, line, name)) {
                return true;
            }
        }
        for (ForwardedHeader header : edits.set()) {
            if (isNamed(fields, line, header.name())) {
                return true;
            }
        }
        return false;
    }

    /// The known fields that `edits` sets or removes, for [#isIn]: lines of the gateway's own that give way to the
    /// policy's.
    public static long edited(HeaderEdits edits) {
        if (edits.isEmpty()) {
            return 0;
        }
        long fields = 0;
        for (HeaderName name : edits.remove()) {
            fields |= bit(name);
        }
        for (ForwardedHeader header : edits.set()) {
            fields |= bit(header.name());
        }
        return fields;
    }

    private static long bit(HeaderName name) {
        KnownHeader known = KnownHeader.of(name.bytes(), 0, name.bytes().length);
        return known == null ? 0 : FieldLines.bit(known);
    }

    /// Whether `field` is one of `fields`.
    public static boolean isIn(long fields, KnownHeader field) {
        return (fields & FieldLines.bit(field)) != 0;
    }

    private static boolean isNamed(FieldLines fields, int line, HeaderName name) {
        byte[] wanted = name.bytes();
        int start = fields.nameStart(line);
        return fields.nameEnd(line) - start == wanted.length && Grammar.sameIgnoringCase(fields.bytes(), start, wanted);
    }
}
