package io.forebay.offload.machine;

import io.forebay.offload.JobState;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueSettings.DispatchRate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How jobs share what a limit key allows, within one draft. A job is let in when it becomes ready, or waits behind the
/// others of its key, in order; it leaves with the end of its attempt, and the next one comes in. So no more of a key
/// are ready or running than may run, and what is not let in is in nobody's way.
final class KeyRules {
    /// After a change of the policy more than one may come in at once.
    private static final int LET_IN_AT_ONCE = 16;

    private final Draft draft;
    private final Map<LineKey, KeyUse> moved = new HashMap<>(2);

    KeyRules(Draft draft) {
        this.draft = draft;
    }

    /// A job outside becomes ready: at once, at the time that the key's rate gives it, or after others.
    StoredJob enter(StoredJob job, LineKey key, String reason) {
        KeyUse use = use(key);
        if (use.admits(limit(job))) {
            return letIn(job, key, use, reason);
        }
        long seq = draft.place(draft.queueOf(job));
        move(key, use.queued(seq));
        return job.with(
                job.progress().at(seq).waiting(JobState.QUEUED, reason, 0, draft.nowMs),
                job.alarms().onlyDeadline());
    }

    private StoredJob letIn(StoredJob job, LineKey key, KeyUse use, String reason) {
        DispatchRate rate = rate(job);
        long atMs = rate == null ? 0 : rate.opensAtMs(use.paidUntilUs());
        move(key, use.entered(rate, draft.nowMs));
        StoredJob inside = job.with(job.progress().at(Progress.INSIDE));
        return atMs > draft.nowMs ? draft.later(inside, reason, atMs - draft.nowMs) : draft.placed(inside, reason);
    }

    /// A job that runs already comes in, whatever the key allows.
    Progress enterRunning(LineKey key, QueueState queue, Progress progress) {
        QueueSettings.PerKey limit = queue.settings().perKey();
        move(key, use(key).entered(limit == null ? null : limit.rate(), draft.nowMs));
        return progress.at(Progress.INSIDE);
    }

    /// The job's attempt is over, or it ends without one and gives its time back: who waits for its place comes in.
    void leave(StoredJob job) {
        LineKey key = job.origin().limit();
        if (key == null) {
            return;
        }
        if (job.awaitsSlot()) {
            move(key, use(key).gaveUp());
        } else if (job.isInside()) {
            boolean hasBegun = job.state() == JobState.RUNNING;
            move(key, use(key).left(hasBegun ? null : rate(job)));
            letInNext(key, limit(job));
        }
    }

    private void letInNext(LineKey key, QueueSettings.@Nullable PerKey limit) {
        for (int i = 0; i < LET_IN_AT_ONCE; i++) {
            KeyUse use = use(key);
            if (use.waiting() == 0 || !use.hasRoom(limit)) {
                return;
            }
            Durable.Place next = draft.index.lines().nextInLine(key, use.lastSeq());
            if (next == null) {
                move(key, use.withoutWaiting());
                return;
            }
            KeyUse passed = use.passed(next.seq());
            StoredJob waiting = draft.index.readableJob(next.job());
            if (waiting == null) {
                // It stays where it is: only whoever mends the damage can do something about it.
                move(key, passed);
            } else {
                StoredJob in = letIn(waiting, key, passed, waiting.progress().reason());
                // To those who look at jobs by their last change it waits as it did.
                draft.changed(in.with(in.progress().changedAt(waiting.progress().changedMs())));
            }
        }
    }

    /// The job is erased: what its key remembers of the past goes too, if it is over.
    void forget(StoredJob job) {
        LineKey key = job.origin().limit();
        KeyUse use = key == null ? KeyUse.NONE : use(key);
        if (key != null && !use.equals(KeyUse.NONE) && use.isNone(draft.nowMs)) {
            move(key, use);
        }
    }

    private KeyUse use(LineKey key) {
        KeyUse here = moved.get(key);
        KeyUse known = here != null ? here : draft.index.lines().use(key);
        return known == null ? KeyUse.NONE : known;
    }

    private void move(LineKey key, KeyUse use) {
        moved.put(key, use);
        draft.add(new LogRecord.KeyUsed(key, use.isNone(draft.nowMs) ? null : use));
    }

    private QueueSettings.@Nullable PerKey limit(StoredJob job) {
        return draft.queueOf(job).settings().perKey();
    }

    private @Nullable DispatchRate rate(StoredJob job) {
        QueueSettings.PerKey limit = limit(job);
        return limit == null ? null : limit.rate();
    }
}
