package io.forebay.gateway.http;

import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.route.HeaderEdits;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes HTTP/2 field sections of the lines of a head, with names in lower case (RFC 9113 section 8.2). Values are
/// copied, since the compression context keeps them longer than the head they come from. One a connection, on its loop.
abstract class Http2FieldWriter implements LineFilter.Taker {
    private static final AsciiString[] NAMES = names();
    private static final int HEADERS_EXPECTED = 16;

    private Http2Headers into = new DefaultHttp2Headers(false, HEADERS_EXPECTED);

    private static AsciiString[] names() {
        AsciiString[] names = new AsciiString[KnownHeader.COUNT];
        for (KnownHeader known : KnownHeader.values()) {
            names[known.index()] = AsciiString.cached(known.text());
        }
        return names;
    }

    /// An empty section; the one before is not valid any more.
    final Http2Headers begin() {
        into.clear();
        return into;
    }

    /// The section under way.
    final Http2Headers section() {
        return into;
    }

    /// The trailers that may be forwarded, which belong to the caller; null when none may.
    public final @Nullable Http2Headers trailers(FieldLines trailers, HeaderEdits edits) {
        Http2Headers heads = into;
        Http2Headers kept = new DefaultHttp2Headers(false, trailers.count());
        into = kept;
        for (int line = 0; line < trailers.count(); line++) {
            if (Chunks.isForwarded(trailers, line, edits)) {
                line(trailers, line);
            }
        }
        into = heads;
        return kept.isEmpty() ? null : kept;
    }

    @Override
    public final void line(FieldLines fields, int line) {
        int value = fields.valueStart(line);
        into.add(name(fields, line), copied(fields.bytes(), value, fields.valueEnd(line) - value));
    }

    private static AsciiString name(FieldLines fields, int line) {
        KnownHeader known = fields.known(line);
        return known == null ? new AsciiString(fields.nameText(line).toLowerCase(Locale.ROOT)) : name(known);
    }

    static AsciiString name(KnownHeader known) {
        return NAMES[known.index()];
    }

    static AsciiString copied(byte[] bytes, int from, int size) {
        return new AsciiString(bytes, from, size, true);
    }

    @Override
    public final void edit(ForwardedHeader header) {
        into.add(
                new AsciiString(header.name().bytes(), false),
                new AsciiString(header.value().getBytes(StandardCharsets.UTF_8), false));
    }
}
