package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Content;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Collects the body of a request up to the queue's bound, and passes it on when it is whole. Room is made for what has
/// come, not for what was announced, and all bodies being collected share one bound.
final class WholeBody extends PendingAnswer implements ArrivingBody.Owner {
    private final long bodyBytesMax;
    private final ArrivingBody body;
    private final Next next;
    private final long announcedBytesMax;
    private boolean isRefused;

    /// What is done with the body, on the loop; the answer of `pending` is still to be given.
    @FunctionalInterface
    interface Next {
        void take(PendingAnswer pending, Content body);
    }

    /// @param bodyBytesMax a longer body is answered 413
    /// @param held what was held of it already; this object's from now on
    WholeBody(Exchange exchange, long bodyBytesMax, Submissions submissions, CollectedBody held, Next next) {
        super(exchange);
        this.bodyBytesMax = bodyBytesMax;
        this.body = new ArrivingBody(
                submissions.spool(), submissions.collecting(), exchange.loop().eventLoop(), false, held, this);
        this.next = next;
        long announced = exchange.head().contentLength();
        this.announcedBytesMax = announced < 0 ? bodyBytesMax : Math.min(announced, bodyBytesMax);
    }

    /// Begins, with a body that may have come already.
    void start() {
        if (exchange().isRequestComplete()) {
            onBodyEnd(null);
        } else {
            exchange().sendContinue();
        }
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (!isRefused && body.size() + bytes > bodyBytesMax) {
            isRefused = true;
            refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(bodyBytesMax)));
        }
        if (isRefused) {
            in.skipBytes(bytes);
        } else {
            body.take(in, bytes, announcedBytesMax);
        }
    }

    @Override
    public void read(boolean isOn) {
        exchange().readBody(isOn);
    }

    @Override
    public void lost(StoreRefusal refusal) {
        isRefused = true;
        // The rest is read and thrown away.
        exchange().readBody(true);
        refuse(ProblemCatalog.of(refusal));
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
            body.finish(whole -> next.take(this, whole));
        }
    }
}
