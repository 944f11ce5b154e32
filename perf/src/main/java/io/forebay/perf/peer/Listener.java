package io.forebay.perf.peer;

/// What a contender listens for; each scenario drives one.
public enum Listener {
    /// HTTP/1.1 in clear.
    PLAIN,
    /// TLS 1.3 that requires a client certificate.
    MTLS,
    /// The same, an RS256 token and a rate limit per client address.
    MTLS_TOKEN,
    /// Every request becomes a durable job, answered 202.
    SUBMIT,
    /// The same with tokens; workers lease the jobs and complete them.
    CYCLE,
    /// HTTP/1.1 in clear, and calls that take longer than 100 ms become jobs.
    SLOWER
}
