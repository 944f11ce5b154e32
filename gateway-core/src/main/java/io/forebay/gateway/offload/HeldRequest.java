package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.Forwarder;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A request of unknown length on a route that defers long bodies: held until it is longer than the threshold, and
/// then it becomes a job, or until it ends, and then it is forwarded. No upstream connection is opened before that is
/// known.
///
/// It holds at most the threshold and one read more. Owned by the exchange's loop.
final class HeldRequest extends PendingAnswer {
    private final long thresholdBytes;
    private final Forwarder forwarder;
    private final CallListener whoAnswers;
    private final Supplier<@Nullable SubmitBody> becomesJob;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean isOver;

    HeldRequest(
            Exchange exchange,
            long thresholdBytes,
            Forwarder forwarder,
            CallListener whoAnswers,
            Supplier<@Nullable SubmitBody> becomesJob) {
        super(exchange);
        this.thresholdBytes = thresholdBytes;
        this.forwarder = forwarder;
        this.whoAnswers = whoAnswers;
        this.becomesJob = becomesJob;
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (isOver) {
            in.skipBytes(bytes);
            return;
        }
        held.addLast(in.readRetainedSlice(bytes));
        heldBytes += bytes;
        if (heldBytes > thresholdBytes) {
            isOver = true;
            SubmitBody deferred = becomesJob.get();
            if (deferred == null) {
                releaseHeld();
            } else {
                held.forEach(data -> deferred.onBody(data, data.readableBytes()));
                releaseHeld();
            }
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isOver) {
            isOver = true;
            forwarder.forward(exchange(), whoAnswers, held, trailers);
        }
    }

    @Override
    public void onClientGone() {
        super.onClientGone();
        isOver = true;
        releaseHeld();
    }

    private void releaseHeld() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
