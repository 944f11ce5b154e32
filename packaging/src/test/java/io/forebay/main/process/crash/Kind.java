package io.forebay.main.process.crash;

import java.util.Locale;

/// What clients ask for, each at a path and in a queue of its own.
enum Kind {
    /// A job under an idempotency key.
    KEYED,
    /// A job without one.
    PLAIN,
    /// A job that stands in line behind the others of its customer.
    ORDERED,
    /// A job that workers come for.
    PULLED,
    /// A call that becomes a job if it is slow, and is never made again.
    ONCE,
    /// A call that becomes a job if it is slow, and may be made again after a crash.
    AGAIN;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String path() {
        return "/" + word();
    }

    String queue() {
        return "default/" + word();
    }

    boolean isCall() {
        return this == ONCE || this == AGAIN;
    }

    boolean hasKey() {
        return this == KEYED || this == ORDERED;
    }
}
