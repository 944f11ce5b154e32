package io.forebay.gateway.http;

/// Why bytes are not an HTTP message that we forward. Each constant is answered 400 (or the status it names) and the
/// connection is closed, since after a framing error nobody knows where the next message begins (RFC 9112 section
/// 11.2).
public enum Malformed {
    REQUEST_LINE("bad-request-line", 400),
    VERSION("unsupported-version", 505),
    TARGET("bad-request-target", 400),
    PATH("bad-path", 400),
    METHOD_NOT_SUPPORTED("method-not-supported", 501),
    HEADER_NAME("bad-header-name", 400),
    HEADER_UNDERSCORE("header-name-underscore", 400),
    HEADER_VALUE("bad-header-value", 400),
    OBSOLETE_FOLD("obsolete-line-folding", 400),
    BARE_CR_OR_LF("bare-cr-or-lf", 400),
    HOST_MISSING("host-missing", 400),
    HOST_REPEATED("host-repeated", 400),
    HOST("bad-host", 400),
    CONTENT_LENGTH("bad-content-length", 400),
    CONTENT_LENGTH_REPEATED("content-length-repeated", 400),
    LENGTH_AND_TRANSFER_ENCODING("content-length-with-transfer-encoding", 400),
    TRANSFER_ENCODING("unsupported-transfer-encoding", 501),
    TRANSFER_ENCODING_REPEATED("transfer-encoding-repeated", 400),
    TRANSFER_ENCODING_ON_HTTP10("transfer-encoding-on-http10", 400),
    AUTHORIZATION_REPEATED("authorization-repeated", 400),
    CONNECTION_OPTION("bad-connection-option", 400),
    EXPECTATION("unsupported-expectation", 417),
    CHUNK_SIZE("bad-chunk-size", 400),
    CHUNK_EXTENSION("chunk-extension-too-long", 400),
    CHUNK_END("bad-chunk-end", 400),
    TRAILER("bad-trailer", 400),
    HEAD_TOO_LARGE("head-too-large", 431),
    HEADERS_TOO_MANY("too-many-headers", 431),
    PSEUDO_FIELD("bad-pseudo-field", 400),
    CONNECTION_FIELD("connection-specific-field", 400),
    MISDIRECTED("misdirected-request", 421),
    STATUS_LINE("bad-status-line", 502),
    BODY_NOT_ALLOWED("body-not-allowed", 502);

    private final String reason;
    private final int status;

    Malformed(String reason, int status) {
        this.reason = reason;
        this.status = status;
    }

    /// The machine-readable reason, stable across releases.
    public String reason() {
        return reason;
    }

    /// The HTTP status a client is answered when its own message was at fault.
    public int status() {
        return status;
    }
}
