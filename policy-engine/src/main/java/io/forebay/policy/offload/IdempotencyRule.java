package io.forebay.policy.offload;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.RequestFacts;

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

    /// The key of a request, none, or why it is refused.
    public IdempotencyKey key(RequestFacts facts) {
        String field = ByteSpan.isPresent(facts.header(header)) ? facts.headerText(header) : null;
        if (field == null) {
            return required
                    ? new IdempotencyKey.Refused(new Refusal.IdempotencyKeyMissing(header.text()))
                    : IdempotencyKey.Absent.INSTANCE;
        }
        String key = IdempotencyKey.parse(field);
        return key == null
                ? new IdempotencyKey.Refused(new Refusal.IdempotencyKeyInvalid(header.text()))
                : new IdempotencyKey.Given(key);
    }
}
