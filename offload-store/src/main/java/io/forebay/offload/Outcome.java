package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// What became of one call: its value, or why not.
public sealed interface Outcome<T> {
    /// Done, and if it changed anything, on disk.
    record Done<T>(T value) implements Outcome<T> {
        public Done {
            requireNonNull(value, "value");
        }
    }

    /// Not done.
    record Refused<T>(StoreRefusal refusal) implements Outcome<T> {
        public Refused {
            requireNonNull(refusal, "refusal");
        }
    }

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> refused(StoreRefusal refusal) {
        return new Refused<>(refusal);
    }
}
