package io.forebay.perf.load;

/// What is spoken on the connections of a run.
public enum Protocol {
    /// HTTP/1.1, one request at a time.
    HTTP1,
    /// HTTP/2, by ALPN over TLS and with prior knowledge without.
    HTTP2,
    /// Unary calls of gRPC over HTTP/2. An answer counts as 200 when its `grpc-status` is 0, as 600 and that status
    /// otherwise.
    GRPC,
    /// WebSocket (RFC 6455) over HTTP/1.1: a message is answered when one of the same length has come back, which
    /// counts as a 200.
    WEBSOCKET;

    boolean isHttp2() {
        return this == HTTP2 || this == GRPC;
    }
}
