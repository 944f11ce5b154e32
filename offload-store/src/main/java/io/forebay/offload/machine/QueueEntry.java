package io.forebay.offload.machine;

import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import org.jspecify.annotations.Nullable;

/// A queue as it stands on disk. An orphaned one is no longer named by the policy but still holds jobs. A pause that
/// has ended by itself stands here until something else is changed.
public record QueueEntry(
        int id,
        String name,
        QueueSettings settings,
        @Nullable Pause dispatchPause,
        @Nullable Pause intakePause,
        boolean orphaned) {
    QueueEntry with(QueueSettings next, boolean isOrphaned) {
        return new QueueEntry(id, name, next, dispatchPause, intakePause, isOrphaned);
    }

    QueueEntry with(Pause.Side side, @Nullable Pause pause) {
        return switch (side) {
            case DISPATCH -> new QueueEntry(id, name, settings, pause, intakePause, orphaned);
            case INTAKE -> new QueueEntry(id, name, settings, dispatchPause, pause, orphaned);
        };
    }

    boolean isDispatching(long nowMs) {
        return !orphaned && (dispatchPause == null || !dispatchPause.holds(nowMs));
    }

    @Nullable
    Pause pause(Pause.Side side) {
        return side == Pause.Side.DISPATCH ? dispatchPause : intakePause;
    }
}
