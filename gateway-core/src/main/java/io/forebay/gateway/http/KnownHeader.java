package io.forebay.gateway.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Field names the gateway itself reads or rewrites. A parsed line carries its [KnownHeader], so that no later step
/// compares names again.
public enum KnownHeader {
    HOST("host"),
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    TE("te"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    HTTP2_SETTINGS("http2-settings"),
    EXPECT("expect"),
    AUTHORIZATION("authorization"),
    COOKIE("cookie"),
    FORWARDED("forwarded"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PORT("x-forwarded-port"),
    VIA("via"),
    DATE("date"),
    SERVER("server"),
    CONTENT_TYPE("content-type"),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate"),
    PREFER("prefer"),
    IDEMPOTENCY_KEY("idempotency-key"),
    IF_NONE_MATCH("if-none-match"),
    RETRY_AFTER("retry-after");

    /// How many there are.
    static final int COUNT = values().length;

    private static final int TABLE_SIZE = 512;
    private static final @Nullable KnownHeader[] TABLE = table();

    @SuppressWarnings("ImmutableEnumChecker") // never written after construction and never handed out
    private final byte[] bytes;

    KnownHeader(String lowerCase) {
        this.bytes = lowerCase.getBytes(StandardCharsets.US_ASCII);
    }

    /// The place of this name in arrays and bit sets; never stored.
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }

    /// The lower-case field name.
    public String text() {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /// Whether RFC 9110 section 7.6.1 forbids forwarding the field, whoever sent it.
    public boolean isHopByHop() {
        return switch (this) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRANSFER_ENCODING, UPGRADE, HTTP2_SETTINGS -> true;
            default -> false;
        };
    }

    /// The known name that stands in `[from, to)` in any case, or null.
    static @Nullable KnownHeader of(byte[] head, int from, int to) {
        int length = to - from;
        KnownHeader candidate = TABLE[slot(head, from, length)];
        if (candidate == null
                || candidate.bytes.length != length
                || !Grammar.sameIgnoringCase(head, from, candidate.bytes)) {
            return null;
        }
        return candidate;
    }

    /// Length, first, last and a letter in the last quarter, which alone tells `-host` from `-port`.
    private static int slot(byte[] name, int from, int length) {
        int first = name[from] & 0x1f;
        int late = name[from + length * 3 / 4] & 0x1f;
        int last = name[from + Math.max(0, length - 1)] & 0x1f;
        return ((length * 37) ^ (first << 5) ^ (late << 3) ^ last) & (TABLE_SIZE - 1);
    }

    private static @Nullable KnownHeader[] table() {
        @Nullable KnownHeader[] table = new KnownHeader[TABLE_SIZE];
        for (KnownHeader header : values()) {
            int slot = slot(header.bytes, 0, header.bytes.length);
            if (table[slot] != null) {
                throw new IllegalStateException(header + " and " + table[slot] + " share slot " + slot);
            }
            table[slot] = header;
        }
        return table;
    }
}
