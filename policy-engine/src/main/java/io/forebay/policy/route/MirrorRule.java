package io.forebay.policy.route;

import org.jspecify.annotations.Nullable;

/// Sends a copy of some requests to another backend, whose answers nobody waits for (Gateway API,
/// HTTPRequestMirrorFilter). Immutable, any thread.
///
/// @param backend namespace/name, or null if it could not be resolved: then nothing is copied
/// @param numerator how many of `denominator` requests are copied, 0 to `denominator`
/// @param denominator 1 or more
public record MirrorRule(@Nullable String backend, int numerator, int denominator) {
    public MirrorRule {
        if (denominator < 1 || numerator < 0 || numerator > denominator) {
            throw new IllegalArgumentException(numerator + " of " + denominator + " is no share");
        }
    }

    /// Whether this request is copied.
    ///
    /// @param random any `long`, uniform
    public boolean takes(long random) {
        return backend != null && Math.unsignedMultiplyHigh(random, denominator) < numerator;
    }
}
