package io.forebay.perf.peer;

/// What a contender listens for; each scenario drives one.
public enum Listener {
    /// HTTP/1.1 in clear; what is below `/ws` goes to the origin that echoes WebSockets.
    PLAIN,
    /// TLS 1.3, HTTP/2 or HTTP/1.1 by ALPN.
    TLS,
    /// TLS 1.3 that requires a client certificate.
    MTLS,
    /// The same, an RS256 token and a rate limit per client address.
    MTLS_TOKEN,
    /// The same with ES256 tokens.
    MTLS_TOKEN_ES,
    /// HTTP/2 in clear to an origin that speaks the same, for gRPC.
    GRPC,
    /// HTTP/1.1 in clear, thousands of routes that differ by host.
    ROUTES,
    /// Every request becomes a durable job, answered 202.
    SUBMIT,
    /// The same with tokens; workers lease the jobs and complete them.
    CYCLE,
    /// HTTP/1.1 in clear, and calls that take longer than 100 ms become jobs.
    SLOWER;

    /// Whether clients speak TLS.
    public boolean isTls() {
        return this == TLS || wantsCertificate();
    }

    /// Whether clients have to show a certificate.
    public boolean wantsCertificate() {
        return this == MTLS || this == MTLS_TOKEN || this == MTLS_TOKEN_ES;
    }
}
