package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.StoreRefusal;
import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A request that waits for the store to be open here. Nothing more of its body is read meanwhile than is on its way.
/// Owned by the exchange's loop.
final class WaitingForStore implements RequestConsumer {
    private static final StoreRefusal NOT_OPEN = new StoreRefusal.Unavailable("the store is being opened");

    private final Exchange exchange;
    private final Queue<ByteBuf> body;
    private final Consumer<WaitingForStore> onOver;
    private final long sinceNs;
    private @Nullable FieldLines trailers;
    private boolean isOver;

    /// @param unsent what has come of the body
    /// @param nowNs when it begins to wait
    /// @param onOver told when it waits no more
    WaitingForStore(Exchange exchange, Queue<ByteBuf> unsent, long nowNs, Consumer<WaitingForStore> onOver) {
        this.exchange = exchange;
        this.body = unsent;
        this.sinceNs = nowNs;
        this.onOver = onOver;
        exchange.consumer(this);
    }

    /// Serves the request as if it came now.
    void resume() {
        if (isOver) {
            return;
        }
        over();
        exchange.leaveConsumer();
        exchange.readBody(true);
        exchange.serveAgain(body, trailers);
    }

    private void over() {
        isOver = true;
        onOver.accept(this);
    }

    private void drop() {
        over();
        body.forEach(ByteBuf::release);
        body.clear();
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        body.add(in.readRetainedSlice(bytes));
        exchange.readBody(false);
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines end) {
        trailers = end == null ? null : end.copy();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onClientWritable() {}

    @Override
    public void onClientGone() {
        if (!isOver) {
            drop();
        }
    }

    @Override
    public void onSweep(long nowNs) {
        if (!isOver && nowNs - sinceNs > StoreOwner.WAIT_NS) {
            drop();
            exchange.readBody(true);
            ProblemWriter.answer(exchange, ProblemCatalog.of(NOT_OPEN));
        }
    }
}
