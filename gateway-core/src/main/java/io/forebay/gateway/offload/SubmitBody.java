package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Collects the body of a request that becomes a job, up to the queue's bound, and submits it when it is whole. Room is
/// made for what has come, not for what was announced, and all bodies being collected share one bound.
final class SubmitBody extends PendingAnswer {
    private static final int FIRST_BYTES = 4096;
    private static final byte[] NOTHING = {};

    private final SubmitPlan plan;
    private final Submissions submissions;
    private final Collecting collecting;
    private byte[] body;
    private int size;
    private int takenBytes;
    private boolean isRefused;

    SubmitBody(Exchange exchange, SubmitPlan plan, Submissions submissions) {
        super(exchange);
        this.plan = plan;
        this.submissions = submissions;
        this.collecting = submissions.collecting();
        long announced = exchange.head().contentLength();
        this.body = new byte[(int) Math.min(FIRST_BYTES, announced < 0 ? FIRST_BYTES : announced)];
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (!isRefused && size + bytes > plan.bodyBytesMax()) {
            isRefused = true;
            refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(plan.bodyBytesMax())));
        }
        if (!isRefused && hasRoom(bytes)) {
            in.readBytes(body, size, bytes);
            size += bytes;
        } else {
            in.skipBytes(bytes);
        }
    }

    private boolean hasRoom(int more) {
        if (body.length - size >= more) {
            return true;
        }
        int grown = Math.min(plan.bodyBytesMax(), Math.max(size + more, body.length * 2));
        if (!collecting.tryTake(grown - takenBytes)) {
            isRefused = true;
            refuse(ProblemCatalog.of(new StoreRefusal.IntakePaused(collecting.bytesMax())));
            return false;
        }
        takenBytes = grown;
        body = Arrays.copyOf(body, grown);
        return true;
    }

    /// The client has gone, or was refused: nothing is kept of what has come.
    @Override
    void over() {
        super.over();
        body = NOTHING;
        giveBack();
    }

    private void giveBack() {
        collecting.giveBack(takenBytes);
        takenBytes = 0;
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isRefused) {
            byte[] whole = size == body.length ? body : Arrays.copyOf(body, size);
            body = NOTHING;
            // From here on the store's own bound counts it.
            giveBack();
            submissions.submit(this, plan, whole);
        }
    }
}
