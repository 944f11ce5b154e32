package io.forebay.gateway.telemetry;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.LiteBlockingWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.forebay.gateway.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// The access log: loops fill slots of a ring, the thread `access-writer` writes them as JSON lines. A full ring
/// drops the record and counts it; no loop ever waits for a disk or a pipe.
public final class AccessLog implements AutoCloseable {
    private static final int RING_SLOTS = 4096;
    private static final long CLOSE_SECONDS = 2;

    /// Which exchanges are recorded.
    public enum Level {
        OFF,
        /// Those that were refused, failed, cut off, or answered 4xx or 5xx.
        PROBLEMS,
        ALL;

        public static Level of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    private final Level level;
    private final Disruptor<AccessRecord> disruptor;
    private final RingBuffer<AccessRecord> ring;
    private final LongAdder dropped = new LongAdder();

    /// Starts the writing thread.
    ///
    /// @param out written and flushed by that thread only; not closed
    public AccessLog(Level level, OutputStream out) {
        this.level = level;
        this.disruptor = new Disruptor<>(
                AccessRecord::new,
                RING_SLOTS,
                task -> daemon(task),
                ProducerType.MULTI,
                new LiteBlockingWaitStrategy());
        disruptor.handleEventsWith(new Writer(out, dropped));
        this.ring = disruptor.start();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "access-writer");
        thread.setDaemon(true);
        return thread;
    }

    void record(Exchange exchange, long nowNs) {
        boolean isProblem = exchange.isCutOff() || exchange.status() >= 400 || exchange.shadowReason() != null;
        if (level == Level.OFF || (level == Level.PROBLEMS && !isProblem)) {
            return;
        }
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException e) {
            dropped.increment();
            return;
        }
        try {
            ring.get(sequence).fill(exchange, System.currentTimeMillis(), nowNs);
        } finally {
            ring.publish(sequence);
        }
    }

    /// Records that were not written.
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        try {
            disruptor.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            disruptor.halt();
        }
    }

    private record Writer(OutputStream out, LongAdder dropped) implements EventHandler<AccessRecord> {
        @Override
        public void onEvent(AccessRecord record, long sequence, boolean endOfBatch) {
            try {
                record.write(out);
                if (endOfBatch) {
                    out.flush();
                }
            } catch (IOException | RuntimeException e) {
                // An exception that leaves here ends the thread, and with it the log for good.
                dropped.increment();
            }
        }
    }
}
