package io.forebay.offload.intake;

import static java.util.Objects.requireNonNull;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.forebay.offload.Completion;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.storage.CommitFailure;
import io.forebay.offload.storage.StorageOpener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The whole store with its threads taken away: the ring, the writer and the readers are the real ones, and the
/// simulation says when each takes its next step.
public final class SimulatedStore {
    private static final int RING_SLOTS = 1_024;
    private static final long INTAKE_BYTES = 8L << 20;
    /// Far below what a real store caches, so that refills are the rule.
    private static final int CACHED_READY_MAX = 4;

    private final RingBuffer<CommandSlot> ring;
    private final Sequence consumed = new Sequence();
    private final StoreWriter writer;
    private final StoreReaders readers;
    private final RingJobStore jobs;
    private final Tasks tasks = new Tasks();

    private SimulatedStore(StoreOpening opening, StoreListener listener) throws CommitFailure {
        OpenStore open = opening.open();
        Published published = new Published();
        IntakeBudget budget = new IntakeBudget(INTAKE_BYTES);
        ParkingWaitStrategy parking = new ParkingWaitStrategy();
        this.ring = RingBuffer.createMultiProducer(CommandSlot::new, RING_SLOTS, parking);
        this.readers = new StoreReaders(published, opening.observer(), tasks, null);
        this.writer = new StoreWriter(opening, open, 1, listener, published, readers, file -> {}, parking, budget);
        this.jobs = new RingJobStore(ring, budget, published, opening.observer());
        ring.addGatingSequences(consumed);
    }

    /// Opens the store on this disk as a new process would; with a defect in it, if one is named.
    public static SimulatedStore open(
            StorageOpener disk,
            TimeSource time,
            StoreListener listener,
            StoreObserver observer,
            @Nullable PlantedDefect defect)
            throws CommitFailure {
        Machine machine = defect == null ? Machine.REAL : defect.machine();
        return new SimulatedStore(new StoreOpening(disk, CACHED_READY_MAX, time, observer, machine), listener);
    }

    public JobStore jobs() {
        return jobs;
    }

    public StoreHealth health() {
        return readers.health();
    }

    /// Commands the writer has not taken yet.
    public int waiting() {
        return (int) (ring.getCursor() - consumed.get());
    }

    /// The writer takes up to so many commands as one batch; without any it sees to its own duties.
    public void batch(int max) {
        int commands = Math.min(max, waiting());
        if (commands == 0) {
            writer.onTimeout(consumed.get());
        }
        for (int i = 1; i <= commands; i++) {
            long sequence = consumed.get() + 1;
            consumed.set(sequence);
            writer.onEvent(ring.get(sequence), sequence, i == commands);
        }
    }

    /// Refills asked for that no reader has answered.
    public int refillsWaiting() {
        return tasks.waiting.size();
    }

    /// A reader answers the refill that has waited longest.
    public void refill() {
        tasks.waiting.removeFirst().run();
    }

    /// Reads at once, ahead of the refills.
    public <T> Outcome<T> read(JobReads<T> call) {
        List<Outcome<T>> outcome = new ArrayList<>(1);
        call.accept(readers, outcome::add);
        tasks.waiting.removeLast().run();
        return requireNonNull(outcome.getFirst());
    }

    /// A call of a [JobReader].
    @FunctionalInterface
    public interface JobReads<T> {
        void accept(JobReader reader, Completion<T> completion);
    }

    private static final class Tasks extends AbstractExecutorService {
        private final List<Runnable> waiting = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
