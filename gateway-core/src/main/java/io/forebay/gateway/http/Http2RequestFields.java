package io.forebay.gateway.http;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.route.HeaderEdits;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/// Makes the field sections of requests to an HTTP/2 upstream: the target, the client's lines that are meant
/// to travel, and what the gateway says of itself and the client where no header modifier says otherwise (RFC 9113
/// section 8.3.1; the same lines as to an HTTP/1.1 upstream). One a connection, on its loop.
public final class Http2RequestFields extends Http2FieldWriter {
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final LineFilter FORWARDED = new LineFilter(
            KnownHeader.HOST,
            KnownHeader.FORWARDED,
            KnownHeader.X_FORWARDED_FOR,
            KnownHeader.X_FORWARDED_PROTO,
            KnownHeader.X_FORWARDED_HOST,
            KnownHeader.X_FORWARDED_PORT,
            KnownHeader.VIA,
            KnownHeader.TRACEPARENT);

    private final AsciiString scheme;

    /// @param isTls whether the connection is encrypted
    public Http2RequestFields(boolean isTls) {
        this.scheme = isTls ? HTTPS : HTTP;
    }

    /// The head of the request; valid until the next call.
    ///
    /// @param edits the rule's modifiers joined with what identity adds
    /// @param target path and query
    /// @param authority host and port, or empty
    public Http2Headers head(Exchange exchange, HeaderEdits edits, AsciiString target, AsciiString authority) {
        RequestHead head = exchange.head();
        begin().method(copied(head, head.method())).scheme(scheme).path(target);
        if (!authority.isEmpty()) {
            section().authority(authority);
        }
        FORWARDED.each(head.fields(), edits, this);
        own(exchange, head, LineFilter.edited(edits));
        return section();
    }

    private static AsciiString copied(RequestHead head, long span) {
        return copied(head.bytes(), ByteSpan.offset(span), ByteSpan.length(span));
    }

    private void own(Exchange exchange, RequestHead head, long edited) {
        ForwardedLines own = exchange.connection().forwarded();
        element(head, edited, KnownHeader.X_FORWARDED_FOR, own.address());
        element(head, edited, KnownHeader.FORWARDED, own.forElement());
        element(head, edited, KnownHeader.VIA, OwnVia.of(exchange.protocolVersion()));
        add(edited, KnownHeader.X_FORWARDED_PROTO, own.scheme());
        add(edited, KnownHeader.X_FORWARDED_PORT, own.portText());
        if (!LineFilter.isIn(edited, KnownHeader.X_FORWARDED_HOST)) {
            section().add(name(KnownHeader.X_FORWARDED_HOST), copied(head, head.authority()));
        }
        if (!LineFilter.isIn(edited, KnownHeader.TRACEPARENT)) {
            section().add(name(KnownHeader.TRACEPARENT), exchange.trace().value());
        }
        if (head.acceptsTrailers) {
            section().add(name(KnownHeader.TE), TRAILERS);
        }
    }

    /// The last element of a list that the client may have begun.
    private void element(RequestHead head, long edited, KnownHeader name, byte[] own) {
        if (LineFilter.isIn(edited, name)) {
            return;
        }
        String earlier = head.fields().joined(name);
        AsciiString ours = new AsciiString(own, false);
        section()
                .add(
                        name(name),
                        earlier == null || earlier.isEmpty() ? ours : new AsciiString(earlier + ", ").concat(ours));
    }

    private void add(long edited, KnownHeader name, AsciiString value) {
        if (!LineFilter.isIn(edited, name)) {
            section().add(name(name), value);
        }
    }
}
