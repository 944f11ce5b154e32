package io.forebay.perf.load;

/// The bytes of one connection, plain or encrypted. Owned by its `Connection`, used by the generator's thread alone.
/// Calls never block; what cannot be done now is `AGAIN`, what can never be done is `FAILED` and `fault()` says why.
sealed interface Wire permits PlainWire, TlsWire {
    int END = 0;
    int AGAIN = -1;
    int FAILED = -2;

    /// Brings the connection to the point where requests may be sent: 1 when it is there, `AGAIN`, or `FAILED`.
    int handshake();

    /// Takes bytes for sending: how many were taken, `AGAIN` or `FAILED`. Taken bytes may still wait, see `hasUnsent`.
    int send(long address, int lengthBytes);

    /// Fills the memory at `address` with received plain bytes: their count, `END`, `AGAIN` or `FAILED`.
    int receive(long address, int capacityBytes);

    /// Whether taken bytes still wait for the socket; `flush` sends them when it is writable.
    boolean hasUnsent();

    /// 1 when nothing waits any more, `AGAIN` or `FAILED`.
    int flush();

    /// Why the last call failed.
    String fault();

    /// Closes the socket and frees what the wire holds.
    void close();
}
