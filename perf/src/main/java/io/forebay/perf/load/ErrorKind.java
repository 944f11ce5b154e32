package io.forebay.perf.load;

/// What may go wrong with a request, as the generator counts it. A status that was not expected is not among
/// them: statuses are counted apart.
enum ErrorKind {
    /// The connection could not be opened.
    CONNECT,
    /// The handshake or a record failed.
    TLS,
    /// The peer closed before the whole answer was there.
    CLOSED,
    /// The answer was not what the protocol allows.
    PARSE,
    /// No complete answer in time.
    TIMEOUT
}
