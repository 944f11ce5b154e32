package io.forebay.gateway.telemetry;

import io.forebay.gateway.relay.RelayedConnection;
import io.forebay.policy.Principal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The Common Log Format of NCSA httpd, `%h %l %u %t "%r" %>s %b` in Apache's words, or the combined one, which adds
/// `"%{Referer}i" "%{User-Agent}i"`.
///
/// `%r` and Referer have no query, as nothing in the access log has. What a client may choose is written as Apache
/// writes it: `"` and `\` get a `\` in front, bytes that are not printable ASCII are `\xHH`; in the user's name, which
/// stands between blanks, blanks are too. So no client can end a field or begin a line.
final class NcsaAccessFormat implements AccessFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String HEX = "0123456789abcdef";

    private final boolean isCombined;

    NcsaAccessFormat(boolean isCombined) {
        this.isCombined = isCombined;
    }

    @Override
    public void write(AccessRecord record, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder(256);
        word(line, record.client);
        line.append(" - ");
        word(line, user(record));
        long startedMs = record.endedMs - TimeUnit.NANOSECONDS.toMillis(record.durationNs);
        line.append(" [").append(TIME.format(Instant.ofEpochMilli(startedMs))).append("] \"");
        escape(line, record.method(), false);
        line.append(' ');
        escape(line, record.path(), false);
        line.append(" HTTP/")
                .append(record.protocolVersion.length() == 1 ? record.protocolVersion + ".0" : record.protocolVersion)
                .append("\" ");
        number(line, record.status);
        line.append(' ');
        number(line, record.answerBytes);
        if (isCombined) {
            quoted(line, record.referer());
            quoted(line, record.userAgent());
        }
        out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }

    /// There was no request: `%r` is `-`, as Apache writes it.
    @Override
    public void write(RelayedConnection connection, long endedMs, OutputStream out) throws IOException {
        StringBuilder line = new StringBuilder(128);
        word(line, connection.client());
        long startedMs = endedMs - TimeUnit.NANOSECONDS.toMillis(connection.durationNs());
        line.append(" - - [")
                .append(TIME.format(Instant.ofEpochMilli(startedMs)))
                .append("] \"-\" - ");
        number(line, connection.sentBytes());
        if (isCombined) {
            line.append(" \"-\" \"-\"");
        }
        out.write(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static String user(AccessRecord record) {
        String principal = record.principal;
        return principal == null || principal.equals(Principal.ANONYMOUS.identity()) ? "" : principal;
    }

    private static void word(StringBuilder line, String text) {
        if (text.isEmpty()) {
            line.append('-');
        } else {
            escape(line, text, true);
        }
    }

    private static void quoted(StringBuilder line, String text) {
        line.append(" \"");
        if (text.isEmpty()) {
            line.append('-');
        } else {
            escape(line, text, false);
        }
        line.append('"');
    }

    /// 0 is written as what is missing: no answer, no body.
    private static void number(StringBuilder line, long value) {
        if (value == 0) {
            line.append('-');
        } else {
            line.append(value);
        }
    }

    private static void escape(StringBuilder line, String text, boolean isWord) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                line.append('\\').append((char) b);
            } else if ((b > ' ' && b < 0x7f) || (b == ' ' && !isWord)) {
                line.append((char) b);
            } else {
                line.append("\\x").append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
    }
}
