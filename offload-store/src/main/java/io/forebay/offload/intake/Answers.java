package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.Outcome;
import org.jspecify.annotations.Nullable;

/// Hands outcomes to completions and keeps what they throw from whoever calls.
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private Answers() {}

    /// Each command has one type of reply, fixed where the command is made; a ring of commands cannot say so in
    /// types.
    @SuppressWarnings("unchecked")
    static void give(@Nullable Completion<?> completion, Outcome<?> outcome) {
        if (completion == null) {
            return;
        }
        try {
            ((Completion<Object>) completion).complete((Outcome<Object>) outcome);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a completion failed", e);
        }
    }
}
