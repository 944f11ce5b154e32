package io.forebay.gateway.telemetry;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.LiteBlockingWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.relay.RelayedConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// The access log: loops fill slots of a ring, the thread `access-writer` writes them as lines. A full ring
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
            return switch (text) {
                case "off" -> OFF;
                case "problems" -> PROBLEMS;
                case "all" -> ALL;
                default -> throw new IllegalArgumentException("access.log must be off, problems or all: " + text);
            };
        }
    }

    /// How records are written.
    public enum Format {
        /// A JSON object a line.
        JSON,
        /// The Common Log Format of NCSA httpd.
        COMMON,
        /// The same with Referer and User-Agent.
        COMBINED;

        public static Format of(String text) {
            return switch (text) {
                case "json" -> JSON;
                case "common" -> COMMON;
                case "combined" -> COMBINED;
                default ->
                    throw new IllegalArgumentException("access.format must be json, common or combined: " + text);
            };
        }

        private AccessFormat format() {
            return switch (this) {
                case JSON -> new JsonAccessFormat();
                case COMMON -> new NcsaAccessFormat(false);
                case COMBINED -> new NcsaAccessFormat(true);
            };
        }
    }

    private final Level level;
    private final boolean isAboutClient;
    private final Disruptor<AccessRecord> disruptor;
    private final RingBuffer<AccessRecord> ring;
    private final LongAdder dropped = new LongAdder();

    /// Starts the writing thread.
    ///
    /// @param out written and flushed by that thread only; not closed
    public AccessLog(Level level, Format format, OutputStream out) {
        this.level = level;
        this.isAboutClient = format == Format.COMBINED;
        this.disruptor = new Disruptor<>(
                AccessRecord::new,
                RING_SLOTS,
                task -> daemon(task),
                ProducerType.MULTI,
                new LiteBlockingWaitStrategy());
        disruptor.handleEventsWith(new Writer(format.format(), out, dropped));
        this.ring = disruptor.start();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "access-writer");
        thread.setDaemon(true);
        return thread;
    }

    void record(Exchange exchange, long nowNs) {
        boolean isProblem = exchange.flag() != null || exchange.status() >= 400 || exchange.shadowReason() != null;
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
            ring.get(sequence).fill(exchange, System.currentTimeMillis(), nowNs, isAboutClient);
        } finally {
            ring.publish(sequence);
        }
    }

    /// Records a relayed connection.
    void record(RelayedConnection connection) {
        if (level == Level.OFF || (level == Level.PROBLEMS && connection.reason() == null)) {
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
            ring.get(sequence).fill(connection, System.currentTimeMillis());
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

    private record Writer(AccessFormat format, OutputStream out, LongAdder dropped)
            implements EventHandler<AccessRecord> {
        @Override
        public void onEvent(AccessRecord record, long sequence, boolean endOfBatch) {
            try {
                RelayedConnection relayed = record.relayed;
                if (relayed == null) {
                    format.write(record, out);
                } else {
                    format.write(relayed, record.endedMs, out);
                }
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
