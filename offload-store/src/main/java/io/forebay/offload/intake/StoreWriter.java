package io.forebay.offload.intake;

import com.lmax.disruptor.EventHandler;
import io.forebay.offload.Outcome;
import io.forebay.offload.SpoolId;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.Refill;
import io.forebay.offload.machine.ShardKey;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.ScanTooLongException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one thread that changes the store, `store-writer`. It takes commands from the ring, makes them part of the
/// open batch at once, and commits at the end of what the ring holds, at 512 commands or at 4 MiB. It never waits
/// to gather more: what arrives during one sync is the next batch. Listeners and completions wait for the sync, in this
/// order; figures and refills come last.
///
/// If a commit fails, everything that waits is refused, index and storage are dropped, and the store is opened
/// again from disk the way it is at start; until that works, commands are refused at once. The same goes for a
/// `RuntimeException` of our own code. After an `Error` nothing of this process can be trusted and opening again
/// would likely meet it again: everything that waits is refused, the storage is closed, and the store stays
/// [StoreHealth.Condition#CLOSED] until the process is started anew.
final class StoreWriter implements EventHandler<CommandSlot> {
    static final int BATCH_COMMANDS_MAX = 512;

    private static final System.Logger LOG = System.getLogger(StoreWriter.class.getName());
    private static final long BATCH_BYTES_MAX = 4L << 20;
    private static final long REOPEN_PAUSE_NS = 500_000_000;
    private static final int SWEEP_STEPS_PER_BATCH = 32;
    private static final int LANES_MAX = 4_096;
    private static final int SHARDS_FORGOTTEN_MAX = 256;
    private static final long FORGET_EVERY_MS = 1_000;

    private final StoreOpening opening;
    private final TimeSource time;
    private final StoreListener listener;
    private final StoreObserver observer;
    private final Published published;
    private final StoreReaders readers;
    private final Consumer<SpoolId> orphaned;
    private final ParkingWaitStrategy parking;
    private final IntakeBudget budget;
    private final WakeTimes wakes;
    private final DiskGauge disk;
    private final Queue<Answered> answered = new ArrayDeque<>();
    private final Queue<Found> inbox = new ConcurrentLinkedQueue<>();
    private final List<Refill.Request> failedRefills = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable OpenStore open;
    private boolean inBatch;
    private int batchCommands;
    private long previousMs;
    private long reopenAtNs;
    private long forgetAtMs;
    private boolean stopping;

    /// A command of the open batch; until it is decided, its outcome is that nothing was done.
    private static final class Answered {
        final CommandSlot.Waiting waiting;
        Outcome<?> outcome = Outcome.refused(new StoreRefusal.Unavailable("no reply"));

        Answered(CommandSlot.Waiting waiting) {
            this.waiting = waiting;
        }
    }

    private record Found(
            OpenStore of, Refill.Request request, @Nullable Refill refill) {}

    /// @param orphaned hears of files of the spool to which no job may refer any more; it must not block
    StoreWriter(
            StoreOpening opening,
            OpenStore open,
            long diskHardMarkBytes,
            StoreListener listener,
            Published published,
            StoreReaders readers,
            Consumer<SpoolId> orphaned,
            ParkingWaitStrategy parking,
            IntakeBudget budget) {
        this.opening = opening;
        this.time = opening.time();
        this.listener = listener;
        this.observer = opening.observer();
        this.published = published;
        this.readers = readers;
        this.orphaned = orphaned;
        this.parking = parking;
        this.budget = budget;
        this.wakes = new WakeTimes(parking, time);
        this.disk = new DiskGauge(diskHardMarkBytes, time);
        this.open = open;
        show(open);
    }

    @Override
    public void onEvent(CommandSlot slot, long sequence, boolean endOfBatch) {
        CommandSlot.Waiting waiting = slot.take();
        Command command = waiting.command();
        if (command == null) {
            stop();
            return;
        }
        Answered answer = new Answered(waiting);
        answered.add(answer);
        answer.outcome = handled(command);
        OpenStore store = open;
        boolean full =
                ++batchCommands >= BATCH_COMMANDS_MAX || (store != null && store.batchBytes() >= BATCH_BYTES_MAX);
        if (endOfBatch || full) {
            finishBatch();
        }
    }

    /// A wake-up without a command: timers, refills, a step of an operation, a store to reopen.
    @Override
    public void onTimeout(long sequence) {
        try {
            beginBatch();
        } catch (RuntimeException e) {
            broken("a duty of the writer failed", e);
        }
        finishBatch();
    }

    private Outcome<?> handled(Command command) {
        try {
            OpenStore store = beginBatch();
            if (store == null) {
                return Outcome.refused(new StoreRefusal.Unavailable(published.detail()));
            }
            return decided(store, disk.isLow() ? command.whileDiskLow() : command);
        } catch (RuntimeException e) {
            broken("a command failed: " + command.getClass().getSimpleName(), e);
            return Outcome.refused(new StoreRefusal.Unavailable("internal fault"));
        }
    }

    private static Outcome<?> decided(OpenStore store, Command command) {
        try {
            Outcome<?> outcome = store.run(command);
            return outcome == null ? Outcome.refused(new StoreRefusal.Unavailable("no reply")) : outcome;
        } catch (ScanTooLongException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a command is put off: " + command.getClass().getSimpleName(),
                    e);
            return Outcome.refused(new StoreRefusal.Busy("storage"));
        }
    }

    /// The store to work on, with the duties of a new batch done; `null` while there is none.
    private @Nullable OpenStore beginBatch() {
        if (open == null && !stopping && time.nanoTime() - reopenAtNs >= 0) {
            reopen();
        }
        OpenStore store = open;
        if (store == null || inBatch) {
            return store;
        }
        inBatch = true;
        store.stamp();
        store.fireTimers();
        takeRefills(store);
        store.index().openGates(previousMs, store.nowMs());
        previousMs = store.nowMs();
        if (disk.look(store.storage())) {
            showCondition();
        }
        for (int queueId : store.index().sweepsUnderWay()) {
            sweep(store, queueId);
        }
        forgetIdleShards(store);
        return store;
    }

    private void forgetIdleShards(OpenStore store) {
        if (store.nowMs() < forgetAtMs) {
            return;
        }
        forgetAtMs = store.nowMs() + FORGET_EVERY_MS;
        for (ShardKey idle : store.index().shardsToForget(LANES_MAX, SHARDS_FORGOTTEN_MAX)) {
            store.forget(new LogRecord.ShardForgotten(idle));
        }
    }

    private void sweep(OpenStore store, int queueId) {
        for (int step = 0; step < SWEEP_STEPS_PER_BATCH && store.batchBytes() < BATCH_BYTES_MAX / 2; step++) {
            if (!store.continueSweep(queueId, disk.isLow())) {
                return;
            }
        }
    }

    private void takeRefills(OpenStore store) {
        for (Found found = inbox.poll(); found != null; found = inbox.poll()) {
            if (found.of() != store) {
                continue;
            }
            if (found.refill() == null) {
                failedRefills.add(found.request());
            } else {
                store.run(new Command.AcceptRefill(found.refill()));
            }
        }
        if (!failedRefills.isEmpty() && wakes.isRefillRetryDue()) {
            failedRefills.forEach(store.index()::refillFailed);
            failedRefills.clear();
        }
    }

    private void finishBatch() {
        int commands = batchCommands;
        batchCommands = 0;
        inBatch = false;
        OpenStore store = open;
        boolean isCommitted = store != null && commit(store, commands);
        answerAll();
        if (store != null && isCommitted) {
            settle(store);
        }
        if (stopping) {
            wakes.rest();
        } else {
            wakes.plan(open, reopenAtNs, !failedRefills.isEmpty());
        }
    }

    /// Whether the batch is on disk. Listeners hear before the answers: a job may have waited and been leased in one
    /// batch, and whoever is given the lease must not hear afterwards that the job waits.
    private boolean commit(OpenStore store, int commands) {
        long bytes = store.batchBytes();
        long startNs = time.nanoTime();
        boolean dirty = store.isDirty();
        try {
            List<String> leasable = store.commit();
            store.takeOrphaned().forEach(orphaned);
            budget.narrow(store.wasStalled());
            published.committed(store.index().durableSeq(), store.index().generation());
            if (dirty) {
                observer.committed(commands, bytes, time.nanoTime() - startNs);
                tell(store, leasable);
                wakes.figuresMoved();
            }
            return true;
        } catch (CommitFailure e) {
            failed(
                    e.kind() == CommitFailure.Kind.NO_SPACE
                            ? new StoreRefusal.DiskFull()
                            : new StoreRefusal.Unavailable("a write failed", true),
                    String.valueOf(e.getMessage()),
                    e);
        } catch (RuntimeException e) {
            failed(new StoreRefusal.Unavailable("a write failed", true), "a commit failed: " + e, e);
        }
        return false;
    }

    private void settle(OpenStore store) {
        try {
            if (wakes.areFiguresDue()) {
                published.queues(store.index().stats(), store.index().queueIds());
            }
            askRefills(store);
        } catch (RuntimeException e) {
            broken("a duty of the writer failed", e);
        }
    }

    private void askRefills(OpenStore store) {
        for (Refill.Request request : store.index().askRefills(StoreReaders.THREADS)) {
            boolean asked = readers.refill(request, refill -> {
                inbox.add(new Found(store, request, refill));
                parking.nudge();
            });
            if (!asked) {
                failedRefills.add(request);
            }
        }
    }

    private void tell(OpenStore store, List<String> leasable) {
        try {
            for (OpenStore.Change job : store.takeChanged()) {
                listener.changed(job.job(), job.version(), job.state());
            }
            store.takeEmitted().forEach(listener::emitted);
            leasable.forEach(listener::ready);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a store listener failed", e);
        }
    }

    private void answerAll() {
        for (Answered answer = answered.peek(); answer != null; answer = answered.peek()) {
            if (answer.outcome instanceof Outcome.Refused<?> refused) {
                observer.refused(refused.refusal());
            }
            // Only now: whatever the observer threw, the command stays among those to be answered.
            answered.remove();
            budget.giveBack(answer.waiting.heldBytes());
            Answers.give(answer.waiting.completion(), answer.outcome);
        }
    }

    // ---- failure and reopening

    /// A fault in our own code or in reading: what the index holds can no longer be trusted.
    private void broken(String what, RuntimeException cause) {
        failed(new StoreRefusal.Unavailable("internal fault"), what + ": " + cause, cause);
    }

    private void failed(StoreRefusal refusal, String why, Exception cause) {
        LOG.log(System.Logger.Level.ERROR, "the store is dropped and opened again: " + why, cause);
        observer.commitFailed(why);
        answered.forEach(answer -> answer.outcome = Outcome.refused(refusal));
        drop(StoreHealth.Condition.REOPENING, "reopening after a failed write: " + why);
        if (refusal instanceof StoreRefusal.DiskFull) {
            opening.makeRoom();
        }
        reopenAtNs = time.nanoTime();
    }

    private void drop(StoreHealth.Condition condition, String why) {
        published.condition(condition, why);
        published.show(null);
        OpenStore store = open;
        open = null;
        inBatch = false;
        failedRefills.clear();
        if (store != null) {
            // Whether a job refers to them, only what is on disk can tell.
            store.takeOrphaned().forEach(orphaned);
            try {
                store.close();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "closing the store failed", e);
            }
        }
    }

    private void reopen() {
        try {
            OpenStore store = opening.open();
            open = store;
            show(store);
            tell(store, store.dispatchable());
        } catch (CommitFailure | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the store does not open", e);
            published.condition(StoreHealth.Condition.REOPENING, "the store does not open: " + e.getMessage());
            reopenAtNs = time.nanoTime() + REOPEN_PAUSE_NS;
        }
    }

    private void show(OpenStore store) {
        previousMs = store.nowMs();
        published.committed(store.index().durableSeq(), store.index().generation());
        published.queues(store.index().stats(), store.index().queueIds());
        published.show(store.storage());
        disk.look(store.storage());
        showCondition();
        askRefills(store);
        wakes.plan(store, reopenAtNs, false);
    }

    private void showCondition() {
        if (disk.isLow()) {
            published.condition(StoreHealth.Condition.DISK_LOW, "the disk is below its hard mark");
        } else {
            published.condition(StoreHealth.Condition.OPEN, "");
        }
    }

    // ---- the end

    /// After an `Error`, or a fault where none is foreseen: refuses all that waits and all that comes, for good.
    void standDown(Throwable cause) {
        stopping = true;
        String why = "stopped by a fault of the program: " + cause;
        try {
            drop(StoreHealth.Condition.CLOSED, why);
        } finally {
            Outcome<?> refused = Outcome.refused(new StoreRefusal.Unavailable(why, true));
            for (Answered answer = answered.poll(); answer != null; answer = answered.poll()) {
                budget.giveBack(answer.waiting.heldBytes());
                Answers.give(answer.waiting.completion(), refused);
            }
        }
        LOG.log(System.Logger.Level.ERROR, "the store stays closed until the process is started again", cause);
        observer.commitFailed(why);
    }

    /// The thread ends, whatever the reason: nobody shall wait for it, and nobody take the store for open.
    void ended() {
        if (published.condition() != StoreHealth.Condition.CLOSED) {
            published.condition(StoreHealth.Condition.CLOSED, "store-writer has ended");
        }
        stopped.countDown();
    }

    private void stop() {
        finishBatch();
        stopping = true;
        drop(StoreHealth.Condition.CLOSED, "closed");
        stopped.countDown();
    }

    /// Returns once the last batch is committed and the storage closed; what the ring still holds is refused.
    void awaitStopped() throws InterruptedException {
        stopped.await();
    }
}
