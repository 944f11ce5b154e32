package io.forebay.gateway.offload;

import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Outcome;
import io.forebay.offload.Spool;

/// Content that was offered to the store: what it has not taken is discarded.
public final class Offered {
    private Offered() {}

    /// Passes the outcome on.
    public static <T> Completion<T> discarding(Spool spool, Content content, Completion<T> completion) {
        return outcome -> {
            discardUnlessTaken(spool, content, outcome);
            completion.complete(outcome);
        };
    }

    public static void discardUnlessTaken(Spool spool, Content content, Outcome<?> outcome) {
        if (outcome instanceof Outcome.Refused<?>) {
            spool.discard(content);
        }
    }
}
