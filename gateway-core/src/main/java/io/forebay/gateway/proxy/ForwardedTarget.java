package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.route.PathEdit;
import io.forebay.policy.route.UrlRewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;

/// Which path, query and authority an upstream is told, whatever version of HTTP it speaks: those of the head, as the
/// exchange's rewrite has them. The target of `OPTIONS *` is no path, and stays. On the exchange's loop.
final class ForwardedTarget {
    private ForwardedTarget() {}

    /// An upper bound of what [#writeTarget] and [#writeAuthority] write together.
    static int bytesMax(Exchange exchange) {
        RequestHead head = exchange.head();
        int bytes = ByteSpan.length(head.path())
                + 1
                + Math.max(0, ByteSpan.length(head.query()))
                + ByteSpan.length(head.authority());
        UrlRewrite rewrite = exchange.rewrite();
        if (rewrite != null) {
            PathEdit path = rewrite.path();
            byte[] hostname = rewrite.hostname();
            bytes += (path == null ? 0 : path.growthMax()) + (hostname == null ? 0 : hostname.length);
        }
        return bytes;
    }

    /// Writes path and query.
    static void writeTarget(Exchange exchange, ByteBuf out) {
        RequestHead head = exchange.head();
        byte[] bytes = head.bytes();
        long path = head.path();
        UrlRewrite rewrite = exchange.rewrite();
        PathEdit edit = rewrite == null ? null : rewrite.path();
        if (edit == null || !head.pathStartsWith("/")) {
            span(out, bytes, path);
        } else {
            out.writeBytes(edit.start(bytes, path));
            span(out, bytes, edit.rest(bytes, path));
        }
        if (ByteSpan.isPresent(head.query())) {
            out.writeByte('?');
            span(out, bytes, head.query());
        }
    }

    /// Whether the authority is the value of the client's one `Host` line, so that the line can travel as it is.
    static boolean isAuthorityOfHostLine(Exchange exchange) {
        UrlRewrite rewrite = exchange.rewrite();
        return (rewrite == null || rewrite.hostname() == null)
                && exchange.head().isAuthorityOfHostLine();
    }

    /// Writes host and port.
    static void writeAuthority(Exchange exchange, ByteBuf out) {
        UrlRewrite rewrite = exchange.rewrite();
        byte[] hostname = rewrite == null ? null : rewrite.hostname();
        if (hostname == null) {
            span(out, exchange.head().bytes(), exchange.head().authority());
        } else {
            out.writeBytes(hostname);
        }
    }

    /// Path and query in bytes of their own.
    static AsciiString target(Exchange exchange) {
        ByteBuf out = Unpooled.buffer(bytesMax(exchange));
        writeTarget(exchange, out);
        return new AsciiString(out.array(), 0, out.readableBytes(), false);
    }

    /// Host and port in bytes of their own.
    static AsciiString authority(Exchange exchange) {
        ByteBuf out = Unpooled.buffer(bytesMax(exchange));
        writeAuthority(exchange, out);
        return new AsciiString(out.array(), 0, out.readableBytes(), false);
    }

    private static void span(ByteBuf out, byte[] bytes, long span) {
        out.writeBytes(bytes, ByteSpan.offset(span), ByteSpan.length(span));
    }
}
