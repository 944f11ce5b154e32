package io.forebay.gateway.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Spans on their way to the exporter: many loops put in, one thread takes out, nobody waits. A full queue drops and
/// counts.
final class SpanQueue {
    private final int spansMax;
    private final ConcurrentLinkedQueue<Span> spans = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();

    SpanQueue(int spansMax) {
        this.spansMax = spansMax;
    }

    /// Puts a span in.
    ///
    /// @return how many there are now
    int offer(Span span) {
        int now = size.incrementAndGet();
        if (now > spansMax) {
            dropped.increment();
            return size.decrementAndGet();
        }
        spans.add(span);
        return now;
    }

    /// Takes the oldest out, `most` at most.
    List<Span> take(int most) {
        List<Span> taken = new ArrayList<>();
        Span next = spans.poll();
        while (next != null) {
            size.decrementAndGet();
            taken.add(next);
            next = taken.size() < most ? spans.poll() : null;
        }
        return taken;
    }

    int size() {
        return size.get();
    }

    /// Spans that found it full.
    long dropped() {
        return dropped.sum();
    }
}
