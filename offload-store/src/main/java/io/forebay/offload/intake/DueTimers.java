package io.forebay.offload.intake;

import io.forebay.offload.codec.Keys;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.Reads;
import io.forebay.offload.storage.ScanTooLongException;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the timers on disk that are due. It looks a second ahead and no further: behind the timers of now stand the
/// deleted ones of every lease that ended early, minutes of them. Owned by `store-writer`.
final class DueTimers {
    private static final long AHEAD_MS = 1_000;

    private final ScanSpan span = new ScanSpan();

    /// Timers in order, at most [TimerWheel#FIRED_MAX]; no other stands up to `reached`, and none beyond it is due
    /// before `nextMs`.
    record Look(List<TimerKey> due, TimerKey reached, long nextMs) {}

    /// Looks on from `cursor`; `null` if there was too much to step over, and a shorter look must follow.
    @Nullable
    Look look(Reads reads, TimerKey cursor, long nowMs) {
        long fromMs = cursor.fireAtMs();
        long toMs = span.end(fromMs, nowMs + AHEAD_MS);
        try {
            Look look = upTo(toMs, reads, cursor, nowMs);
            span.passed();
            return look;
        } catch (ScanTooLongException e) {
            span.gaveUp(fromMs, toMs, e);
            return null;
        }
    }

    private static Look upTo(long toMs, Reads reads, TimerKey cursor, long nowMs) {
        List<TimerKey> due = new ArrayList<>();
        List<TimerKey> beyond = new ArrayList<>(1);
        byte[] from = Keys.after(Keys.timer(cursor));
        byte[] to = Keys.after(Keys.timer(TimerKey.endOf(toMs)));
        reads.scan(Family.TIMER, from, to, (key, value) -> {
            TimerKey timer = Keys.timer(key);
            if (timer.fireAtMs() > nowMs || due.size() == TimerWheel.FIRED_MAX) {
                beyond.add(timer);
                return false;
            }
            due.add(timer);
            return true;
        });
        if (beyond.isEmpty()) {
            return new Look(due, TimerKey.endOf(Math.min(nowMs, toMs)), toMs + 1);
        }
        long nextMs = beyond.getFirst().fireAtMs();
        return new Look(due, nextMs <= nowMs ? due.getLast() : TimerKey.endOf(nowMs), nextMs);
    }
}
