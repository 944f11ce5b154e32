package io.forebay.admin;

/// What a port answers. Each case becomes one status code; ports throw only for faults, which become 500.
public sealed interface Reply<T> {
    /// Done, and if it is a change, durable.
    record Done<T>(T value) implements Reply<T> {}

    /// There is nothing of that name.
    record Missing<T>() implements Reply<T> {}

    /// The thing is not in a state that allows it. Nothing was changed.
    ///
    /// @param reason stable, lower case with hyphens
    record Conflict<T>(String reason, String detail) implements Reply<T> {}

    /// The call makes no sense as given, for instance a cursor nobody issued. Nothing was changed.
    record Invalid<T>(String reason, String detail) implements Reply<T> {}

    /// Not now: too busy, or not open. Nothing was changed.
    record Unavailable<T>(String reason, String detail, int retryAfterSeconds) implements Reply<T> {}

    /// There was no answer in time, or it was lost with a failed write. A change may have been made, or still be made.
    record Unknown<T>(String reason, String detail) implements Reply<T> {}

    static <T> Reply<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Reply<T> missing() {
        return new Missing<>();
    }

    /// No answer within so long.
    static <T> Reply<T> timedOut(long limitMs) {
        return new Unknown<>("timed-out", "no answer within " + limitMs + " ms");
    }

    /// One stable word for logs and the audit; `unknown` where nobody can tell.
    default String word() {
        return switch (this) {
            case Done<T> _ -> "done";
            case Missing<T> _ -> "missing";
            case Conflict<T> conflict -> conflict.reason();
            case Invalid<T> invalid -> invalid.reason();
            case Unavailable<T> unavailable -> unavailable.reason();
            case Unknown<T> _ -> "unknown";
        };
    }
}
