package io.forebay.gateway.http;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
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
            KnownHeader.PROXY_AUTHORIZATION,
            KnownHeader.TRACEPARENT);
    private static final Set<KnownHeader> CREDENTIALS = Set.of(KnownHeader.AUTHORIZATION, KnownHeader.COOKIE);
    private static final String OPTIONS_PREFIX = "forebay-";
    /// Which version of the queue's schema the body is of, which is for workers too.
    private static final String SCHEMA_VERSION = "forebay-schema-version";

    private StoredHead() {}

    /// Writes what a job keeps of the head.
    ///
    /// @param claimHeaders fields that only the gateway may set
    /// @param keepsKey whether `Idempotency-Key` is kept: that of a call which may already have been made with it
    /// @param bodyBytes the length of the body that is kept beside the head
    /// @param claimLines lines to add, each with its CRLF
    public static String write(
            RequestHead head,
            TraceContext trace,
            Collection<HeaderName> claimHeaders,
            String claimLines,
            boolean keepsCredentials,
            boolean keepsKey,
            long bodyBytes) {
        FieldLines fields = head.fields();
        StringBuilder text = new StringBuilder(512);
        text.append(head.text(head.method())).append(' ').append(head.text(head.path()));
        if (ByteSpan.isPresent(head.query())) {
            text.append('?').append(head.text(head.query()));
        }
        String authority = head.text(head.authority());
        if (authority.isEmpty()) {
            // Only HTTP/1.0 knows requests without a host (RFC 9112 section 3.2).
            text.append(" HTTP/1.0\r\n");
        } else {
            text.append(" HTTP/1.1\r\nhost: ").append(authority).append("\r\n");
        }
        ConnectionOptions options = fields.has(KnownHeader.CONNECTION) ? ConnectionOptions.of(fields) : null;
        for (int line = 0; line < fields.count(); line++) {
            KnownHeader known = fields.known(line);
            boolean isCredential = known != null && CREDENTIALS.contains(known) && !keepsCredentials;
            boolean isKept = !isCredential
                    && (keepsKey || known != KnownHeader.IDEMPOTENCY_KEY)
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
        text.append("traceparent: ").append(trace.kept()).append("\r\n");
        return text.append(claimLines).append("\r\n").toString();
    }

    private static boolean isReserved(FieldLines fields, int line, Collection<HeaderName> claimHeaders) {
        String name = fields.nameText(line).toLowerCase(java.util.Locale.ROOT);
        return (name.startsWith(OPTIONS_PREFIX) && !name.equals(SCHEMA_VERSION))
                || claimHeaders.stream().anyMatch(header -> header.text().equals(name));
    }

    /// Reads what [#write] wrote, into a head of its own: with what the gateway has added it may be longer than any
    /// head that a client may send.
    ///
    /// @throws IllegalArgumentException it did not write this
    public static RequestHead read(byte[] bytes) {
        RequestHead head = new RequestHead(lines(bytes), bytes.length);
        if (head.read(Unpooled.wrappedBuffer(bytes)) != bytes.length) {
            throw new IllegalArgumentException("not a stored request head");
        }
        return head;
    }

    private static int lines(byte[] bytes) {
        int lines = 0;
        for (byte b : bytes) {
            if (b == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
