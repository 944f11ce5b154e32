package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.ForwardedLines;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.LineFilter;
import io.forebay.gateway.http.Outgoing;
import io.forebay.gateway.http.OwnVia;
import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the head of a request to an HTTP/1.1 upstream: the normalised target, the client's lines that are meant to
/// travel, and what the gateway says of itself and the client (RFC 9110 sections 7.6.1 and 7.6.3, RFC 7239, W3C Trace
/// Context) where no header modifier says otherwise.
final class RequestHeadWriter {
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = ascii("host: ");
    private static final byte[] FORWARDED_HOST = ascii("x-forwarded-host: ");
    private static final byte[] FORWARDED_FOR = ascii("x-forwarded-for: ");
    private static final byte[] FORWARDED = ascii("forwarded: ");
    private static final byte[] VIA = ascii("via: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] SEPARATOR = ascii(", ");
    private static final byte[] UPGRADE = ascii("connection: upgrade\r\nupgrade: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final int OWN_BYTES_MAX = 640;

    private static final LineFilter KEEPS_HOST = new LineFilter(
            KnownHeader.FORWARDED,
            KnownHeader.X_FORWARDED_FOR,
            KnownHeader.X_FORWARDED_PROTO,
            KnownHeader.X_FORWARDED_HOST,
            KnownHeader.X_FORWARDED_PORT,
            KnownHeader.VIA,
            KnownHeader.TRACEPARENT);
    private static final LineFilter REPLACES_HOST = new LineFilter(
            KnownHeader.HOST,
            KnownHeader.FORWARDED,
            KnownHeader.X_FORWARDED_FOR,
            KnownHeader.X_FORWARDED_PROTO,
            KnownHeader.X_FORWARDED_HOST,
            KnownHeader.X_FORWARDED_PORT,
            KnownHeader.VIA,
            KnownHeader.TRACEPARENT);

    private RequestHeadWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// @param edits the rule's modifiers joined with what identity adds
    static void write(Outgoing outgoing, Exchange exchange, HeaderEdits edits) {
        RequestHead head = exchange.head();
        FieldLines fields = head.fields();
        byte[] bytes = fields.bytes();
        int target = ForwardedTarget.bytesMax(exchange);
        int authority = ByteSpan.length(head.authority());
        ByteBuf out = outgoing.room(OWN_BYTES_MAX + target + authority + 2 * LineFilter.bytesMax(fields, edits));

        span(out, bytes, head.method());
        out.writeByte(' ');
        ForwardedTarget.writeTarget(exchange, out);
        out.writeBytes(VERSION);
        if (ForwardedTarget.isAuthorityOfHostLine(exchange)) {
            KEEPS_HOST.copy(fields, edits, out);
        } else {
            out.writeBytes(HOST);
            ForwardedTarget.writeAuthority(exchange, out);
            out.writeBytes(CRLF);
            REPLACES_HOST.copy(fields, edits, out);
        }
        long edited = LineFilter.edited(edits);
        forwarded(out, exchange.connection(), head, edited);
        if (!LineFilter.isIn(edited, KnownHeader.VIA)) {
            element(out, VIA, fields.joined(KnownHeader.VIA), OwnVia.of(exchange.protocolVersion()));
        }
        if (!LineFilter.isIn(edited, KnownHeader.TRACEPARENT)) {
            exchange.trace().write(out);
        }
        if (head.isChunked()) {
            out.writeBytes(CHUNKED);
        } else if (head.isUpgrade()) {
            upgrade(out, fields);
        }
        out.writeBytes(CRLF);
    }

    private static void upgrade(ByteBuf out, FieldLines fields) {
        String protocol = fields.joined(KnownHeader.UPGRADE);
        if (protocol != null) {
            out.writeBytes(UPGRADE)
                    .writeBytes(protocol.getBytes(StandardCharsets.ISO_8859_1))
                    .writeBytes(CRLF);
        }
    }

    private static void span(ByteBuf out, byte[] bytes, long span) {
        out.writeBytes(bytes, ByteSpan.offset(span), ByteSpan.length(span));
    }

    private static void forwarded(ByteBuf out, Connection connection, RequestHead head, long edited) {
        ForwardedLines own = connection.forwarded();
        String earlierFor = head.fields().joined(KnownHeader.X_FORWARDED_FOR);
        String earlierForwarded = head.fields().joined(KnownHeader.FORWARDED);
        if (earlierFor == null && earlierForwarded == null && edited == 0) {
            out.writeBytes(own.fixed());
        } else {
            if (!LineFilter.isIn(edited, KnownHeader.X_FORWARDED_FOR)) {
                element(out, FORWARDED_FOR, earlierFor, own.address());
            }
            if (!LineFilter.isIn(edited, KnownHeader.FORWARDED)) {
                element(out, FORWARDED, earlierForwarded, own.forElement());
            }
            if (!LineFilter.isIn(edited, KnownHeader.X_FORWARDED_PROTO)) {
                out.writeBytes(own.proto());
            }
            if (!LineFilter.isIn(edited, KnownHeader.X_FORWARDED_PORT)) {
                out.writeBytes(own.port());
            }
        }
        if (!LineFilter.isIn(edited, KnownHeader.X_FORWARDED_HOST)) {
            out.writeBytes(FORWARDED_HOST);
            span(out, head.bytes(), head.authority());
            out.writeBytes(CRLF);
        }
    }

    private static void element(ByteBuf out, byte[] name, @Nullable String earlier, byte[] own) {
        out.writeBytes(name);
        if (earlier != null && !earlier.isEmpty()) {
            out.writeBytes(earlier.getBytes(StandardCharsets.ISO_8859_1)).writeBytes(SEPARATOR);
        }
        out.writeBytes(own).writeBytes(CRLF);
    }

    /// The rule's modifiers and the caller's claims as one set of edits. A claim header that the client sent itself
    /// is always taken away, also where the token lacks the claim.
    static HeaderEdits join(HeaderEdits rule, Collection<HeaderName> claimHeaders, List<ForwardedHeader> claims) {
        if (claimHeaders.isEmpty()) {
            return rule;
        }
        List<HeaderName> remove = new ArrayList<>(rule.remove());
        remove.addAll(claimHeaders);
        List<ForwardedHeader> set = new ArrayList<>(rule.set());
        set.addAll(claims);
        return new HeaderEdits(set, rule.add(), remove);
    }
}
