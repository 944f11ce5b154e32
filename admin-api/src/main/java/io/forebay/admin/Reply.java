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

    /// No answer in time. A change may still happen.
    record TimedOut<T>(long limitMs) implements Reply<T> {}

    static <T> Reply<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Reply<T> missing() {
        return new Missing<>();
    }

    /// One stable word for logs and the audit.
    default String word() {
        return switch (this) {
            case Done<T> _ -> "done";
            case Missing<T> _ -> "missing";
            case Conflict<T> conflict -> conflict.reason();
            case Invalid<T> invalid -> invalid.reason();
            case Unavailable<T> unavailable -> unavailable.reason();
            case TimedOut<T> _ -> "timed-out";
        };
    }
}
