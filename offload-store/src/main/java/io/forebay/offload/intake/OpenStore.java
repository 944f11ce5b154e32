package io.forebay.offload.intake;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.SpoolId;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.codec.Opening;
import io.forebay.offload.codec.RecordWriter;
import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.JobIndex;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.machine.Sweep;
import io.forebay.offload.machine.Transition;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.ScanTooLongException;
import io.forebay.offload.storage.Storage;
import io.forebay.offload.timer.TimerWheel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An open storage with its index and the batch being built. Records are written to the batch and replayed on the
/// index together, one after the other; after a failed commit the whole object is closed and a new one opened from
/// disk. Owned by `store-writer` (by the opening thread until that starts).
final class OpenStore implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OpenStore.class.getName());
    private static final int RECLAIMED_PER_COMMIT = 256;
    private static final int UNREADABLE_SKIPPED_MAX = 64;
    private static final long STALL_NS_MAX = 10_000_000_000L;
    private static final long STALL_PAUSE_NS = 1_000_000;

    private final Storage storage;
    private final JobIndex index;
    private final Machine machine;
    private final StoreClock clock;
    private final StoreObserver observer;
    private final DamageReport damage;
    private final Batch batch;
    private final RecordWriter recordWriter = new RecordWriter();
    private final DueTimers dueTimers = new DueTimers();
    private final Map<Integer, ScanSpan> sweepSpans = new HashMap<>();
    private final List<Change> changed = new ArrayList<>();
    private final Set<JobId> emitted = new LinkedHashSet<>();
    private final Set<SpoolId> orphaned = new LinkedHashSet<>();
    private long nowMs;
    private boolean stalled;

    OpenStore(Storage storage, Opening opening, StoreOpening how) {
        this.storage = storage;
        this.index = opening.index();
        this.clock = new StoreClock(how.time(), opening.lastMs());
        this.machine = how.machine();
        this.observer = how.observer();
        this.damage = new DamageReport(observer);
        this.batch = storage.batch();
        this.nowMs = clock.nowMs();
        if (opening.isNew()) {
            recordWriter.format(batch);
        }
    }

    /// Settles the jobs found running when the store opened, and commits.
    void reclaim(List<JobId> running) throws CommitFailure {
        int inBatch = 0;
        for (JobId id : running) {
            run(new Command.Reclaim(id));
            if (++inBatch % RECLAIMED_PER_COMMIT == 0) {
                commit();
            }
        }
        commit();
    }

    JobIndex index() {
        return index;
    }

    Storage storage() {
        return storage;
    }

    long nowMs() {
        return nowMs;
    }

    /// Gives the batch that begins now its time.
    void stamp() {
        nowMs = clock.nowMs();
    }

    long batchBytes() {
        return batch.bytes();
    }

    /// The last commit was held off by the storage.
    boolean wasStalled() {
        return stalled;
    }

    boolean isDirty() {
        return batch.count() > 0 || index.isTouched();
    }

    /// A job as listeners hear of it.
    record Change(JobId job, long version, JobState state) {
        static Change of(StoredJob job) {
            return new Change(job.id(), job.progress().version(), job.state());
        }
    }

    /// Jobs changed since the last call, in order; after a commit.
    List<Change> takeChanged() {
        List<Change> taken = List.copyOf(changed);
        changed.clear();
        return taken;
    }

    /// Jobs with more events than at the last call; after a commit.
    List<JobId> takeEmitted() {
        List<JobId> taken = List.copyOf(emitted);
        emitted.clear();
        return taken;
    }

    /// Files of the spool that no job refers to since the last call; after a commit.
    List<SpoolId> takeOrphaned() {
        if (orphaned.isEmpty()) {
            return List.of();
        }
        List<SpoolId> taken = List.copyOf(orphaned);
        orphaned.clear();
        return taken;
    }

    /// Decides a command, in all its steps, and makes what it leads to part of the batch. `null` for internal ones.
    @Nullable
    Outcome<?> run(Command first) {
        Command command = first;
        int skipped = 0;
        boolean isBegun = false;
        while (true) {
            Transition transition;
            try {
                transition = machine.decide(index, command, nowMs);
            } catch (DamagedValueException | ScanTooLongException e) {
                if (isBegun && command.isHalfDone()) {
                    // There is no undo: the store is opened again from before it.
                    throw new IllegalStateException("a command cannot be done to its end", e);
                }
                if (!(e instanceof DamagedValueException damaged)) {
                    throw e;
                }
                damage.accept(damaged);
                Command around = around(command);
                if (around == null || ++skipped > UNREADABLE_SKIPPED_MAX) {
                    return Outcome.refused(new StoreRefusal.Damaged(damaged.where()));
                }
                apply(machine.decide(index, around, nowMs));
                if (around instanceof Command.ContinueSweep) {
                    return null;
                }
                continue;
            }
            apply(transition);
            isBegun |= !transition.records().isEmpty();
            if (transition.next() == null) {
                return transition.reply();
            }
            command = transition.next();
        }
    }

    /// How to get past a job that cannot be read, where others wait behind it.
    private static @Nullable Command around(Command command) {
        return switch (command) {
            case Command.TakeLeases take -> new Command.SkipHead(take.request().queue());
            case Command.ContinueSweep step ->
                step.skip() ? null : new Command.ContinueSweep(step.queueId(), step.lookToMs(), true, step.diskLow());
            default -> null;
        };
    }

    private void apply(Transition transition) {
        transition.records().forEach(this::apply);
    }

    private void apply(LogRecord record) {
        StoredJob before = index.before(record);
        recordWriter.write(record, before, batch);
        machine.replay(index, record);
        note(record, before);
    }

    /// Lets a shard that holds nothing leave memory and disk.
    void forget(LogRecord.ShardForgotten idle) {
        apply(idle);
    }

    /// Queues that take leases; for those who wait while the store was away.
    List<String> dispatchable() {
        return index.dispatchable(nowMs);
    }

    private void note(LogRecord record, @Nullable StoredJob before) {
        if (record instanceof LogRecord.JobCreated created) {
            changed.add(Change.of(created.job()));
            noteFiles(null, created.job());
        } else if (record instanceof LogRecord.JobChanged next) {
            noteChange(before, next.job());
            noteFiles(before, next.job());
        } else if (record instanceof LogRecord.EventsAppended appended) {
            emitted.add(appended.job().id());
            noteChange(before, appended.job());
        } else if (record instanceof LogRecord.JobMoved moved) {
            changed.add(Change.of(moved.job()));
        } else if (record instanceof LogRecord.JobErased && before != null) {
            noteFiles(before, null);
            if (!before.isTerminal()) {
                changed.add(new Change(before.id(), before.progress().version() + 1, JobState.FAILED));
            }
        } else if (record instanceof LogRecord.FileDropped dropped) {
            orphaned.add(dropped.file());
        }
    }

    private void noteFiles(@Nullable StoredJob before, @Nullable StoredJob after) {
        if (before != null) {
            orphaned.addAll(before.payload().files());
        }
        if (after != null) {
            after.payload().files().forEach(orphaned::remove);
        }
    }

    private void noteChange(@Nullable StoredJob before, StoredJob after) {
        if (before == null || before.progress().version() != after.progress().version()) {
            changed.add(Change.of(after));
        }
    }

    /// Fires what is due, at most [TimerWheel#FIRED_MAX]. The batch must be empty: the scan sees commits only.
    void fireTimers() {
        TimerWheel wheel = index.timers();
        if (wheel.nextDueMs() > nowMs) {
            return;
        }
        DueTimers.Look look = dueTimers.look(storage, wheel.cursor(), nowMs);
        if (look == null) {
            return;
        }
        // First the cursor: what the timers set must stand after it.
        machine.replay(index, new LogRecord.TimersPassed(look.reached(), look.nextMs()));
        look.due().forEach(timer -> run(new Command.FireTimer(timer)));
    }

    /// The next step of an operation. False if there is nothing more to do in this batch.
    boolean continueSweep(int queueId, boolean diskLow) {
        Sweep sweep = index.sweep(queueId);
        if (sweep == null || sweep.nextAtMs() > nowMs) {
            return false;
        }
        ScanSpan span = sweepSpans.computeIfAbsent(queueId, id -> new ScanSpan());
        long toMs = span.end(sweep.changedMs(), sweep.untilMs());
        try {
            run(new Command.ContinueSweep(queueId, toMs, false, diskLow));
            span.passed();
        } catch (ScanTooLongException e) {
            if (!span.canGiveUp(sweep.changedMs(), toMs)) {
                LOG.log(System.Logger.Level.ERROR, "an operation cannot go on and is stopped: " + sweep, e);
                apply(new LogRecord.SweepEnded(queueId));
            } else {
                span.gaveUp(sweep.changedMs(), toMs, e);
            }
        }
        if (index.sweep(queueId) == null) {
            sweepSpans.remove(queueId);
        }
        return true;
    }

    /// Returns once everything in the batch is synced; the queues in which a lease may now find a job.
    List<String> commit() throws CommitFailure {
        if (batch.count() > 0) {
            recordWriter.seal(nowMs, index, batch);
            commitPatiently();
            batch.clear();
        }
        return index.committed(nowMs);
    }

    private void commitPatiently() throws CommitFailure {
        long startNs = System.nanoTime();
        int stalls = 0;
        while (true) {
            try {
                storage.commit(batch);
                stalled = stalls > 0;
                return;
            } catch (CommitFailure e) {
                if (e.kind() != CommitFailure.Kind.STALLED || System.nanoTime() - startNs > STALL_NS_MAX) {
                    throw e;
                }
                stalls++;
                observer.stalled();
                LockSupport.parkNanos(STALL_PAUSE_NS);
            }
        }
    }

    @Override
    public void close() {
        batch.close();
        storage.close();
    }
}
