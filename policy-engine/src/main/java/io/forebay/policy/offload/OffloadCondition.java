package io.forebay.policy.offload;

/// One alternative of an OffloadPolicy's `when`.
public sealed interface OffloadCondition {

    /// Every request.
    record Always() implements OffloadCondition {}

    /// Requests with `Prefer: respond-async`.
    record ClientPrefers() implements OffloadCondition {}

    /// Requests whose backend cannot be asked: a limit of it is reached, or no endpoint of it is ready.
    record Overloaded() implements OffloadCondition {}

    /// Requests with a body of more than this many bytes.
    record BodyLargerThan(long bodyBytes) implements OffloadCondition {
        public BodyLargerThan {
            if (bodyBytes < 0) {
                throw new IllegalArgumentException("bodyLargerThan " + bodyBytes + " is negative");
            }
        }
    }
}
