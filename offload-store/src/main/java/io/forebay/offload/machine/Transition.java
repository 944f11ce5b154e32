package io.forebay.offload.machine;

import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a command leads to: records to replay and write, in order; a reply to give after their commit; and, where
/// the command is done in steps, the next one. Internal commands have no reply.
public record Transition(
        List<LogRecord> records,
        @Nullable Outcome<?> reply,
        @Nullable Command next) {
    static final Transition NOTHING = new Transition(List.of(), null, null);

    static Transition refused(StoreRefusal refusal) {
        return new Transition(List.of(), Outcome.refused(refusal), null);
    }

    static Transition done(List<LogRecord> records, Object value) {
        return new Transition(records, Outcome.done(value), null);
    }

    static Transition silent(List<LogRecord> records) {
        return new Transition(records, null, null);
    }
}
