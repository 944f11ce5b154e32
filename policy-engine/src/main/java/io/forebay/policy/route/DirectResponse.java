package io.forebay.policy.route;

import org.jspecify.annotations.Nullable;

/// A fixed answer: a maintenance page, a `robots.txt` (Envoy Gateway, HTTPDirectResponseFilter).
///
/// @param status 200 to 599
/// @param contentType a field value, or null to name none
/// @param body possibly empty; not to be changed by anybody
@SuppressWarnings("ArrayRecordComponent") // never compared; copies would be one a request
public record DirectResponse(int status, @Nullable String contentType, byte[] body) implements OwnAnswer {
    public DirectResponse {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not in 200..599");
        }
    }
}
