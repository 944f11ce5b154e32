package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.JobState;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.timer.TimerKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The records of one decision in the making, and the moves that several rules share.
final class Draft {
    /// How long a job stays visible, without its bytes, after their retention.
    static final long TOMBSTONE_MS = 3_600_000;

    final JobIndex index;
    final long nowMs;
    private final List<LogRecord> records = new ArrayList<>(4);
    private final Set<ShardKey> noted = new HashSet<>(2);
    private final KeyRules keys = new KeyRules(this);
    private int placesTaken;

    Draft(JobIndex index, long nowMs) {
        this.index = index;
        this.nowMs = nowMs;
    }

    void add(LogRecord record) {
        records.add(record);
    }

    Transition done(Object value) {
        return Transition.done(records, value);
    }

    Transition silent() {
        return Transition.silent(records);
    }

    List<LogRecord> records() {
        return records;
    }

    QueueState queueOf(StoredJob job) {
        return index.queue(job.origin().queueId());
    }

    KeyRules keys() {
        return keys;
    }

    /// The next place in this queue.
    long place(QueueState queue) {
        return queue.counters().nextSeq() + placesTaken++;
    }

    /// A job that may run as far as its ordering key is concerned: ready, or scheduled if its time has not come.
    StoredJob admitted(StoredJob job) {
        long notBeforeMs = job.origin().notBeforeMs();
        if (notBeforeMs > nowMs) {
            Alarms pending = job.alarms().with(TimerKind.DELAY, index.wheel().admit(notBeforeMs));
            return job.with(job.progress().waiting(JobState.SCHEDULED, "", 0, nowMs), pending);
        }
        return ready(job, "");
    }

    /// The job may be leased, as soon as its limit key allows it.
    StoredJob ready(StoredJob job, String reason) {
        LineKey key = job.origin().limit();
        return key == null || job.isInside() ? placed(job, reason) : keys.enter(job, key, reason);
    }

    /// The job takes a place among the ready ones.
    StoredJob placed(StoredJob job, String reason) {
        QueueState queue = queueOf(job);
        long seq = place(queue);
        // Nothing is replayed before the whole draft is: the second place in a shard does not make it anew.
        if (queue.shard(job.origin().shard()) == null && noted.add(job.origin().shard())) {
            add(new LogRecord.ShardNoted(job.origin().shard(), seq - 1));
        }
        return job.with(
                job.progress().waiting(JobState.QUEUED, reason, seq, nowMs),
                job.alarms().onlyDeadline());
    }

    /// The job waits for `delayMs` before it is ready again, and takes nothing of its limit key meanwhile.
    StoredJob backedOff(StoredJob job, String reason, long delayMs) {
        keys.leave(job);
        return later(job.with(job.progress().at(Progress.OUTSIDE)), reason, delayMs);
    }

    /// The job waits for `delayMs` where it stands.
    StoredJob later(StoredJob job, String reason, long delayMs) {
        Alarms pending =
                job.alarms().onlyDeadline().with(TimerKind.RETRY, index.wheel().admit(nowMs + delayMs));
        return job.with(job.progress().waiting(JobState.QUEUED, reason, 0, nowMs), pending);
    }

    StoredJob changed(StoredJob job) {
        add(new LogRecord.JobChanged(job, List.of()));
        return job;
    }

    /// The job is over; whoever waits behind it in line may go.
    StoredJob ended(StoredJob job, JobState state, String reason, @Nullable Answer answer) {
        QueueSettings.Retention retention = queueOf(job).settings().retention();
        long expiresMs = nowMs + (state == JobState.FAILED ? retention.deadLetterMs() : retention.resultMs());
        int status = answer == null ? 0 : answer.status();
        Payload payload = answer == null ? job.payload() : job.payload().withResult(answer);
        StoredJob over = new StoredJob(
                job.id(),
                job.origin(),
                job.progress().ended(state, reason, status, nowMs, expiresMs),
                Alarms.NONE.with(TimerKind.EXPIRY, index.wheel().admit(expiresMs)),
                payload);
        add(new LogRecord.JobChanged(
                over, answer == null ? List.of() : StoredBytes.result(payload, answer.head(), answer.body())));
        keys.leave(job);
        leaveLine(job);
        NoticeRules.tell(this, over);
        return over;
    }

    /// The job is gone, and with it the keys that it still holds.
    void erased(StoredJob job) {
        add(new LogRecord.JobErased(job.id()));
        KeyClaim claim = job.origin().claim();
        freeKey(claim == null ? null : claim.key(), job);
        freeKey(job.origin().dedup(), job);
        if (job.isTerminal()) {
            keys.forget(job);
        } else {
            keys.leave(job);
            leaveLine(job);
        }
    }

    private void freeKey(@Nullable IdemKey key, StoredJob job) {
        IdemEntry entry = key == null ? null : index.key(key);
        if (key != null && entry != null && entry.job().equals(job.id())) {
            add(new LogRecord.KeyFreed(key));
        }
    }

    /// What becomes of content that was offered if `job` has not taken it.
    static List<LogRecord> unlessKept(StoredJob job, Content content) {
        return content instanceof Content.Spooled file && !job.payload().files().contains(file.file())
                ? List.of(new LogRecord.FileDropped(file.file()))
                : List.of();
    }

    /// The job as the head of its ordering key's line.
    static Line head(StoredJob job) {
        return new Line(
                job.id(), requireNonNull(job.origin().ordering(), "ordering").seq());
    }

    /// Who does not wait in line is its head. A job that cannot be read is stepped over and stays where it is.
    void leaveLine(StoredJob job) {
        LineKey key = job.origin().line();
        if (key == null || job.isInLine()) {
            return;
        }
        long seq = requireNonNull(job.origin().ordering(), "ordering").seq();
        Durable.Place next = index.lines().nextInLine(key, seq);
        StoredJob waiting = next == null ? null : index.readableJob(next.job());
        while (next != null && waiting == null) {
            next = index.lines().nextInLine(key, next.seq());
            waiting = next == null ? null : index.readableJob(next.job());
        }
        add(new LogRecord.LineMoved(key, next == null ? null : new Line(next.job(), next.seq())));
        if (waiting != null) {
            changed(admitted(waiting));
        }
    }
}
