package io.forebay.gateway.http;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collection;
import java.util.Set;

/// A request head as text that can be kept and read again: what a job stores of its request. Hop-by-hop fields,
/// credentials and the options that belong to the gateway are left out; the trace goes on.
public final class StoredHead {
    private static final LineFilter DROPPED = new LineFilter(
            KnownHeader.HOST,
            KnownHeader.CONTENT_LENGTH,
            KnownHeader.EXPECT,
            KnownHeader.PREFER,
            KnownHeader.IDEMPOTENCY_KEY,
            KnownHeader.PROXY_AUTHORIZATION,
            KnownHeader.TRACEPARENT);
    private static final Set<KnownHeader> CREDENTIALS = Set.of(KnownHeader.AUTHORIZATION, KnownHeader.COOKIE);
    private static final String OPTIONS_PREFIX = "forebay-";

    private StoredHead() {}

    /// Writes what a job keeps of the head.
    ///
    /// @param claimHeaders fields that only the gateway may set
    /// @param bodyBytes the length of the body that is kept beside the head
    /// @param claimLines lines to add, each with its CRLF
    public static String write(
            RequestHead head,
            TraceContext trace,
            Collection<HeaderName> claimHeaders,
            String claimLines,
            boolean keepsCredentials,
            int bodyBytes) {
        FieldLines fields = head.fields();
        StringBuilder text = new StringBuilder(512);
        text.append(head.text(head.method())).append(' ').append(head.text(head.path()));
        if (ByteSpan.isPresent(head.query())) {
            text.append('?').append(head.text(head.query()));
        }
        text.append(" HTTP/1.1\r\nhost: ").append(head.text(head.authority())).append("\r\n");
        ConnectionOptions options = fields.has(KnownHeader.CONNECTION) ? ConnectionOptions.of(fields) : null;
        for (int line = 0; line < fields.count(); line++) {
            KnownHeader known = fields.known(line);
            boolean isCredential = known != null && CREDENTIALS.contains(known) && !keepsCredentials;
            boolean isKept = !isCredential
                    && DROPPED.isKept(fields, line, options, io.forebay.policy.route.HeaderEdits.NONE)
                    && !isReserved(fields, line, claimHeaders);
            if (isKept) {
                text.append(fields.nameText(line))
                        .append(": ")
                        .append(fields.valueText(line))
                        .append("\r\n");
            }
        }
        if (bodyBytes > 0 || head.methodIs("POST") || head.methodIs("PUT") || head.methodIs("PATCH")) {
            text.append("content-length: ").append(bodyBytes).append("\r\n");
        }
        text.append("traceparent: 00-")
                .append(trace.traceId())
                .append('-')
                .append(trace.spanId())
                .append("-00\r\n");
        return text.append(claimLines).append("\r\n").toString();
    }

    private static boolean isReserved(FieldLines fields, int line, Collection<HeaderName> claimHeaders) {
        String name = fields.nameText(line).toLowerCase(java.util.Locale.ROOT);
        return name.startsWith(OPTIONS_PREFIX)
                || claimHeaders.stream().anyMatch(header -> header.text().equals(name));
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws IllegalArgumentException it did not write this
    public static void read(byte[] bytes, RequestHead into) {
        into.clear();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        if (into.read(in) != bytes.length) {
            throw new IllegalArgumentException("not a stored request head");
        }
    }
}
