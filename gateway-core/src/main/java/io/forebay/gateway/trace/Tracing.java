package io.forebay.gateway.trace;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.TraceContext;
import java.util.concurrent.TimeUnit;

/// Traces of sampled exchanges, from the decision to the export. Loops call [#began] and [#ended]; neither waits.
public final class Tracing implements AutoCloseable {
    static final int QUEUED_SPANS_MAX = 8_192;

    private final Sampling sampling;
    private final SpanQueue queue = new SpanQueue(QUEUED_SPANS_MAX);
    private final TraceExporter exporter;

    /// Starts the exporter.
    public Tracing(TraceSettings settings) {
        this.sampling = new Sampling(settings.ratio(), settings.trusted());
        this.exporter = new TraceExporter(settings.target(), queue);
    }

    /// Decides whether a client's exchange is traced, unless that is decided: an exchange may begin again.
    public void began(Exchange exchange) {
        TraceContext trace = exchange.trace();
        trace.sample(trace.isSampled()
                || sampling.samples(
                        trace.hasParent(),
                        trace.isParentSampled(),
                        exchange.connection().peer().address(),
                        exchange.loop().nextRandom()));
    }

    /// Takes the spans of an exchange that is over, if it is traced.
    public void ended(Exchange exchange, long nowNs) {
        if (!exchange.trace().isSampled()) {
            return;
        }
        long epochNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - nowNs;
        boolean isBatch = false;
        for (Span span : ExchangeSpans.of(exchange, nowNs, epochNs)) {
            isBatch |= queue.offer(span) == TraceExporter.BATCH_SPANS_MAX;
        }
        if (isBatch) {
            exporter.wake();
        }
    }

    /// Spans that were sent.
    public long exported() {
        return exporter.exported();
    }

    /// Spans that found the queue full.
    public long dropped() {
        return queue.dropped();
    }

    /// Spans that the receiver did not take.
    public long failed() {
        return exporter.failed();
    }

    @Override
    public void close() {
        exporter.close();
    }
}
