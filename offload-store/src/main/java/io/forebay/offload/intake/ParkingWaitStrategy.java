package io.forebay.offload.intake;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The writer parks when there is nothing to do and is unparked by the publisher that finds it parked: no lock in
/// publish, no spinning on a machine of two cores, one system call for the first command of a batch and none for
/// the rest. It also wakes at a time the writer names, and when nudged; both reach the writer as a timeout.
final class ParkingWaitStrategy implements WaitStrategy {
    private final AtomicBoolean parked = new AtomicBoolean();
    private final AtomicBoolean nudged = new AtomicBoolean();
    private volatile @Nullable Thread writer;
    // Written and read by the writer alone.
    private long wakeAtNs = System.nanoTime();

    /// By the writer: wake no later than so long from now.
    void wakeIn(long ns) {
        wakeAtNs = System.nanoTime() + ns;
    }

    /// By anyone: the writer has something to do that is not in the ring.
    void nudge() {
        nudged.set(true);
        unpark();
    }

    @Override
    public long waitFor(long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
            throws AlertException, TimeoutException {
        long available = dependentSequence.get();
        if (available >= sequence) {
            return available;
        }
        writer = Thread.currentThread();
        try {
            while (true) {
                parked.set(true);
                available = dependentSequence.get();
                if (available >= sequence) {
                    return available;
                }
                barrier.checkAlert();
                parkUntilDue();
            }
        } finally {
            parked.set(false);
        }
    }

    private void parkUntilDue() throws TimeoutException {
        if (nudged.getAndSet(false)) {
            throw TimeoutException.INSTANCE;
        }
        long leftNs = wakeAtNs - System.nanoTime();
        if (leftNs <= 0) {
            throw TimeoutException.INSTANCE;
        }
        LockSupport.parkNanos(this, leftNs);
    }

    @Override
    public void signalAllWhenBlocking() {
        // The sequence was published with release only; without this fence the read below could pass it.
        VarHandle.fullFence();
        unpark();
    }

    private void unpark() {
        if (parked.get() && parked.compareAndSet(true, false)) {
            LockSupport.unpark(writer);
        }
    }
}
