package io.forebay.policy.offload;

import io.forebay.policy.HeaderName;

/// How an OffloadPolicy treats repeated requests.
///
/// @param header field that carries the key
/// @param windowMs how long a key is remembered at least
/// @param required whether a request without key is refused
/// @param scope name that keys are unique in, together with tenant and principal
public record IdempotencyRule(HeaderName header, long windowMs, boolean required, String scope) {

    public static final HeaderName HEADER_DEFAULT = HeaderName.of("idempotency-key");
    public static final long WINDOW_DEFAULT_MS = 86_400_000;

    public IdempotencyRule {
        if (windowMs < 1) {
            throw new IllegalArgumentException("idempotency window " + windowMs + " ms is not positive");
        }
    }
}
