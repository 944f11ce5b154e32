package io.forebay.mesh.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// From when to when a certificate is good, both ends included, in whole seconds as certificates write it.
public record Validity(Instant notBefore, Instant notAfter) {
    private static final Duration CLOCK_LAG = Duration.ofMinutes(5);

    public Validity {
        notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
        notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("notAfter " + notAfter + " must be later than notBefore " + notBefore);
        }
    }

    /// From `now`, less a few minutes for clocks that lag, for as long as given.
    public static Validity from(Instant now, Duration length) {
        return new Validity(now.minus(CLOCK_LAG), now.plus(length));
    }

    boolean covers(Validity inner) {
        return !inner.notBefore.isBefore(notBefore) && !inner.notAfter.isAfter(notAfter);
    }
}
