package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The place of whoever took an exchange's request; empty before somebody has, and once there is nothing more to be
/// told. What comes for nobody is thrown away. Owned by the exchange's loop.
final class ConsumerSlot implements RequestConsumer {
    private @Nullable RequestConsumer consumer;
    private @Nullable BodyTap tap;

    /// Names who sees the body beside the consumer, whoever that is.
    void tap(BodyTap observer) {
        loseTap();
        tap = observer;
    }

    void fill(RequestConsumer taker) {
        consumer = taker;
    }

    void clear() {
        consumer = null;
        loseTap();
    }

    private void loseTap() {
        BodyTap lost = tap;
        if (lost != null) {
            tap = null;
            lost.onBodyLost();
        }
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (tap != null) {
            tap.onBody(in, bytes);
        }
        RequestConsumer taker = consumer;
        if (taker == null) {
            in.skipBytes(bytes);
        } else {
            taker.onBody(in, bytes);
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        BodyTap told = tap;
        if (told != null) {
            tap = null;
            told.onBodyEnd();
        }
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onBodyEnd(trailers);
        }
    }

    @Override
    public void onReadComplete() {
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onReadComplete();
        }
    }

    @Override
    public void onClientWritable() {
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onClientWritable();
        }
    }

    @Override
    public void onGoAway() {
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onGoAway();
        }
    }

    /// Also empties the slot: whoever lets go is told nothing more.
    @Override
    public void onClientGone() {
        RequestConsumer taker = consumer;
        consumer = null;
        loseTap();
        if (taker != null) {
            taker.onClientGone();
        }
    }

    @Override
    public void onInputClosed() {
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onInputClosed();
        }
    }

    @Override
    public long heldBytes() {
        RequestConsumer taker = consumer;
        return taker == null ? 0 : taker.heldBytes();
    }

    @Override
    public void onSweep(long nowNs) {
        RequestConsumer taker = consumer;
        if (taker != null) {
            taker.onSweep(nowNs);
        }
    }
}
