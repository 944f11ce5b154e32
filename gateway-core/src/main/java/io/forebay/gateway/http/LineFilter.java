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
        if (fields.count() > 0) {
            if (!fields.hasAny(dropped) && edits.isEmpty()) {
                int start = fields.linesStart();
                out.writeBytes(fields.bytes(), start, fields.linesEnd() - start);
                return;
            }
            copyKept(fields, edits, out);
        }
        if (!edits.isEmpty()) {
            edits.set().forEach(header -> out.writeBytes(header.line()));
            edits.add().forEach(header -> out.writeBytes(header.line()));
        }
    }

    private void copyKept(FieldLines fields, HeaderEdits edits, ByteBuf out) {
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
        ConnectionOptions options = fields.has(KnownHeader.CONNECTION) ? ConnectionOptions.of(fields) : null;
        for (int line = 0; line < fields.count(); line++) {
            if (isKept(fields, line, options, edits)) {
                taker.line(fields, line);
            }
        }
        edits.set().forEach(taker::edit);
        edits.add().forEach(taker::edit);
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

    private static boolean isNamed(FieldLines fields, int line, HeaderName name) {
        byte[] wanted = name.bytes();
        int start = fields.nameStart(line);
        return fields.nameEnd(line) - start == wanted.length && Grammar.sameIgnoringCase(fields.bytes(), start, wanted);
    }
}
