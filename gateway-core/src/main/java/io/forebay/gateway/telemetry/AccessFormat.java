package io.forebay.gateway.telemetry;

import java.io.IOException;
import java.io.OutputStream;

/// How a record of the access log is written. Called by `access-writer` only.
@FunctionalInterface
interface AccessFormat {
    /// Writes the record as one line, its end included.
    void write(AccessRecord record, OutputStream out) throws IOException;
}
