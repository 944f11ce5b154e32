package io.forebay.gateway.overload;

import java.util.Locale;

/// What the gateway may run short of. Each is measured as a number from 0 (at rest) to 1 (used up).
public enum Pressure {
    /// The worse of direct memory in use against its limit, and the heap that a collection left against its own.
    MEMORY(0),
    /// How late a loop runs what is due, against [OverloadSettings#lagMaxNs].
    LOOP_LAG(1),
    /// Open connections of clients against `connections.max`.
    CONNECTIONS(2);

    private final int place;
    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Pressure(int place) {
        this.place = place;
    }

    /// From 0, in the order of the constants.
    int place() {
        return place;
    }

    /// The word in meters, logs and documents: stable.
    public String text() {
        return text;
    }
}
