package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.offload.StoreRefusal;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A request of unknown length on a route that defers long bodies: held until it is longer than the threshold, and
/// then it becomes a job, or until it ends, and then it is forwarded. No upstream connection is opened before that is
/// known.
///
/// What is held counts among the bodies being collected, until the upstream has taken it. Owned by the exchange's
/// loop.
final class HeldRequest extends PendingAnswer {
    private final long thresholdBytes;
    private final Collecting collecting;
    private final Forwarder forwarder;
    private final CallListener whoAnswers;
    private final Function<CollectedBody, @Nullable WholeBody> becomesJob;
    private final CollectedBody held;
    private boolean isDecided;

    /// @param becomesJob begins the job with what was held, or gives null and has refused and answered
    HeldRequest(
            Exchange exchange,
            long thresholdBytes,
            Collecting collecting,
            Forwarder forwarder,
            CallListener whoAnswers,
            Function<CollectedBody, @Nullable WholeBody> becomesJob) {
        super(exchange);
        this.thresholdBytes = thresholdBytes;
        this.collecting = collecting;
        this.forwarder = forwarder;
        this.whoAnswers = whoAnswers;
        this.becomesJob = becomesJob;
        this.held = new CollectedBody(collecting);
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (isDecided) {
            in.skipBytes(bytes);
        } else if (held.size() + (long) bytes > thresholdBytes) {
            isDecided = true;
            WholeBody deferred = becomesJob.apply(held);
            if (deferred == null) {
                held.drop();
                in.skipBytes(bytes);
            } else {
                deferred.onBody(in, bytes);
            }
        } else if (!held.take(in, bytes, thresholdBytes)) {
            isDecided = true;
            held.drop();
            in.skipBytes(bytes);
            refuse(ProblemCatalog.of(new StoreRefusal.IntakePaused(collecting.bytesMax())));
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isDecided) {
            isDecided = true;
            Queue<ByteBuf> body = new ArrayDeque<>(1);
            if (held.size() > 0) {
                body.add(held.buffer());
            }
            forwarder.forward(exchange(), whoAnswers, body, trailers);
        }
    }

    @Override
    public void onClientGone() {
        super.onClientGone();
        isDecided = true;
        held.drop();
    }
}
