package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestConsumer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Stands for an exchange whose answer comes from another thread: throws away a body nobody asked for, and knows
/// whether the client is still there. Owned by the exchange's loop; other threads come back to it through
/// [#onLoop(Runnable)].
class PendingAnswer implements RequestConsumer {
    private final Exchange exchange;
    private boolean isGone;

    PendingAnswer(Exchange exchange) {
        this.exchange = exchange;
        exchange.consumer(this);
    }

    final Exchange exchange() {
        return exchange;
    }

    final boolean isGone() {
        return isGone;
    }

    /// Runs `work` on the exchange's loop unless the client has gone meanwhile. Any thread.
    final void onLoop(Runnable work) {
        exchange.loop().eventLoop().execute(() -> {
            if (!isGone) {
                work.run();
            }
        });
    }

    @Override
    public void onBody(ByteBuf data) {
        data.release();
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onClientWritable() {}

    @Override
    public void onClientGone() {
        isGone = true;
    }

    @Override
    public void onSweep(long nowNs) {}
}
