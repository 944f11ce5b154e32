package io.forebay.perf.peer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/// One proxy that takes part. Used by the measuring thread alone.
public sealed interface Contender permits Haproxy, Nginx, Caddy, GatewayProcess, JvmProxy {

    /// The core every contender is pinned to; generator and origin have the other.
    int CORE = 1;

    /// The core of generator and origin.
    int LOAD_CORE = 0;

    /// Lower-case name, as in the results.
    String name();

    /// Its version as it reports it.
    String version() throws IOException;

    /// The port of its listener, or empty when it cannot do that.
    OptionalInt port(Listener listener);

    /// How much CPU time it must have used on a kind of load before it is measured. A cold JVM looks ten times slower.
    double warmUpCpuSeconds();

    /// Whether it has ports of its own and so may stay up, warm, while others are measured.
    boolean isStaying();

    /// Whether it takes part at the constant rate, which follows the slowest of those who do. One that is far slower
    /// would have all others measured nearly idle.
    default boolean isPaced() {
        return true;
    }

    /// How many client connections it takes at a time, of the ten thousand that `idle` opens.
    default int connectionsMax() {
        return 10_000;
    }

    /// What must be installed for it.
    default List<Program> programs() {
        return List.of();
    }

    /// Makes what it needs beyond what is installed, ahead of everything that is measured.
    ///
    /// @throws IOException when that cannot be had
    default void prepare() throws IOException {}

    /// Starts it on `CORE` and returns when `listener` accepts connections.
    ///
    /// @throws IOException when it does not come up; what it wrote is in the message
    ChildProcess start(Listener listener) throws IOException;
}
