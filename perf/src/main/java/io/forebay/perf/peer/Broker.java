package io.forebay.perf.peer;

import java.io.IOException;
import java.util.List;

/// A message broker that takes part in `durable-submit`: it confirms what is on disk. Used by the measuring thread
/// alone.
public sealed interface Broker permits Redis, RabbitMq {
    /// Lower-case name, as in the results and for the load.
    String name();

    /// Its version as it reports it.
    String version() throws IOException;

    int port();

    /// The programs it needs.
    List<Program> programs();

    /// Starts it, empty, on the contenders' core, and returns when it accepts connections.
    ///
    /// @throws IOException when it does not come up; what it wrote is in the message
    ChildProcess start() throws IOException;
}
