package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Collects the body of a request that becomes a job, up to the queue's bound, and submits it when it is whole. Room is
/// made for what has come, not for what was announced, and all bodies being collected share one bound.
final class SubmitBody extends PendingAnswer {
    private final SubmitPlan plan;
    private final Submissions submissions;
    private final CollectedBody body;
    private final long announcedBytesMax;
    private boolean isRefused;

    /// @param body what was held of it already; this object's from now on
    SubmitBody(Exchange exchange, SubmitPlan plan, Submissions submissions, CollectedBody body) {
        super(exchange);
        this.plan = plan;
        this.submissions = submissions;
        this.body = body;
        long announced = exchange.head().contentLength();
        this.announcedBytesMax = announced < 0 ? plan.bodyBytesMax() : Math.min(announced, plan.bodyBytesMax());
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (!isRefused && body.size() + (long) bytes > plan.bodyBytesMax()) {
            isRefused = true;
            refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(plan.bodyBytesMax())));
        }
        if (isRefused) {
            in.skipBytes(bytes);
        } else if (!body.take(in, bytes, announcedBytesMax)) {
            isRefused = true;
            in.skipBytes(bytes);
            refuse(ProblemCatalog.of(
                    new StoreRefusal.IntakePaused(submissions.collecting().bytesMax())));
        }
    }

    /// The client has gone, or was refused: nothing is kept of what has come.
    @Override
    void over() {
        super.over();
        body.drop();
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isRefused) {
            // From here on the store's own bound counts it.
            submissions.submit(this, plan, body.whole());
        }
    }
}
