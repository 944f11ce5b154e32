package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A part of a store that may not be open yet. Any thread.
final class Awaited<P> {
    private volatile @Nullable P part;

    void opened(P opened) {
        part = opened;
    }

    /// The part, or null while the store is not open.
    @Nullable
    P orNull() {
        return part;
    }

    /// Asks the part, or refuses while the store is not open.
    void ask(Completion<?> completion, Consumer<P> question) {
        P opened = part;
        if (opened == null) {
            completion.complete(Outcome.refused(AwaitedStore.NOT_OPEN));
        } else {
            question.accept(opened);
        }
    }
}
