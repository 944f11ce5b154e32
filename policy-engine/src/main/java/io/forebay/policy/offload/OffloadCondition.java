package io.forebay.policy.offload;

import io.forebay.policy.RequestFacts;
import java.util.function.Predicate;

/// One alternative of an OffloadPolicy's `when`.
public sealed interface OffloadCondition {

    /// Every request.
    record Always() implements OffloadCondition {}

    /// Requests with `Prefer: respond-async`.
    record ClientPrefers() implements OffloadCondition {}

    /// Requests whose backend cannot be asked: a limit of it is reached, or no endpoint of it is ready.
    record Overloaded() implements OffloadCondition {}

    /// Calls that have had no answer this long after the whole request was sent: they go on, and become jobs.
    record SlowerThan(long afterNs) implements OffloadCondition {
        public SlowerThan {
            if (afterNs < 1) {
                throw new IllegalArgumentException("slowerThan " + afterNs + " ns is not positive");
            }
        }
    }

    /// Requests whose head is as an expression says.
    record Expression(Predicate<RequestFacts> holds) implements OffloadCondition {}

    /// Requests with a body of more than this many bytes.
    record BodyLargerThan(long bodyBytes) implements OffloadCondition {
        public BodyLargerThan {
            if (bodyBytes < 0) {
                throw new IllegalArgumentException("bodyLargerThan " + bodyBytes + " is negative");
            }
        }
    }
}
