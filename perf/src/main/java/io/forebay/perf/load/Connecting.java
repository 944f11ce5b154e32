package io.forebay.perf.load;

/// When connections are opened.
public enum Connecting {
    /// All of them before the clock starts.
    AHEAD,
    /// Each with the first request that falls to it, which the time to connect counts in.
    FIRST,
    /// Each request on a connection of its own, closed after the answer: what is measured is the handshake.
    EACH
}
