package io.forebay.gateway.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `date` line of RFC 9110 section 6.6.1, formatted once a second for one loop.
final class DateField {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private byte[] line = new byte[0];
    private String value = "";

    /// `date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
    byte[] line(long nowMs) {
        refresh(nowMs);
        return line;
    }

    /// The value alone.
    String value(long nowMs) {
        refresh(nowMs);
        return value;
    }

    private void refresh(long nowMs) {
        long nowSecond = Math.floorDiv(nowMs, 1000L);
        if (nowSecond != second) {
            second = nowSecond;
            value = IMF_FIXDATE.format(Instant.ofEpochSecond(nowSecond));
            line = ("date: " + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
    }
}
