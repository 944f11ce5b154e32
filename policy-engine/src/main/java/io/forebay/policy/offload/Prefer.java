package io.forebay.policy.offload;

import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import org.jspecify.annotations.Nullable;

/// The preferences of a client that matter here (RFC 7240): `respond-async`, `wait=N`, and our `redirect`. The first
/// of each name counts; preferences that are unknown or malformed are ignored, as the RFC asks, each by itself.
///
/// @param respondAsync whether a 202 is welcome
/// @param waitSeconds how long the client would wait for the answer itself, or -1
/// @param redirect whether a finished job should answer 303 to its result
public record Prefer(boolean respondAsync, int waitSeconds, boolean redirect) {

    /// The longest that anybody is let wait.
    public static final int WAIT_SECONDS_MAX = 60;

    public static final HeaderName HEADER = HeaderName.of("prefer");
    public static final Prefer NOTHING = new Prefer(false, -1, false);

    /// The preferences of a request; creates nothing if it has none.
    public static Prefer of(RequestFacts facts) {
        return parse(facts.headerText(HEADER));
    }

    /// Reads the field's lines joined with commas; null is no field.
    public static Prefer parse(@Nullable String field) {
        return field == null ? NOTHING : new PreferScanner(field).scan();
    }
}
