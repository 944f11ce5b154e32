package io.forebay.gateway.telemetry;

import io.forebay.gateway.relay.RelayedConnection;
import java.io.IOException;
import java.io.OutputStream;

/// How a record of the access log is written. Called by `access-writer` only.
interface AccessFormat {
    /// Writes the record as one line, its end included.
    void write(AccessRecord record, OutputStream out) throws IOException;

    /// The same for a connection that was relayed as it was.
    void write(RelayedConnection connection, long endedMs, OutputStream out) throws IOException;
}
