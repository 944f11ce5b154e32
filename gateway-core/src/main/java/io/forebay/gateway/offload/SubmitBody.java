package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Collects the body of a request that becomes a job, up to the queue's bound, and submits it when it is whole.
final class SubmitBody extends PendingAnswer {
    private static final int FIRST_BYTES = 4096;

    private final SubmitPlan plan;
    private final Submissions submissions;
    private byte[] body;
    private int size;
    private boolean isRefused;

    SubmitBody(Exchange exchange, SubmitPlan plan, Submissions submissions) {
        super(exchange);
        this.plan = plan;
        this.submissions = submissions;
        long announced = exchange.head().contentLength();
        this.body = new byte[announced >= 0 ? (int) announced : FIRST_BYTES];
    }

    @Override
    public void onBody(ByteBuf data) {
        int more = data.readableBytes();
        if (!isRefused && size + more > plan.bodyBytesMax()) {
            isRefused = true;
            ProblemWriter.answer(exchange(), ProblemCatalog.of(new Refusal.BodyTooLarge(plan.bodyBytesMax())));
        } else if (!isRefused) {
            if (body.length - size < more) {
                body = Arrays.copyOf(body, Math.min(plan.bodyBytesMax(), Math.max(size + more, body.length * 2)));
            }
            data.readBytes(body, size, more);
            size += more;
        }
        data.release();
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isRefused) {
            submissions.submit(this, plan, size == body.length ? body : Arrays.copyOf(body, size));
        }
    }
}
