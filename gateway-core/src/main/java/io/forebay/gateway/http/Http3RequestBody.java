package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;

/// The body of a request of HTTP/3 between its stream and its exchange. While the consumer has paused nothing is read,
/// and at most one read waits here. What comes after the answer is dropped, up to a bound. Owned by its stream, on the
/// connection's loop.
final class Http3RequestBody {
    private final Http3ClientStream stream;
    private final Exchange exchange;
    private final EventLoop loop;
    private final QuicStreamChannel channel;

    private @Nullable ByteBuf held;
    private @Nullable FieldLines trailers;
    private boolean isEnded;
    private boolean isPaused;
    private boolean isLingering;
    private boolean isStopped;
    private long lingeringSinceNs;
    private long droppedBytes;

    Http3RequestBody(Http3ClientStream stream, Exchange exchange, EventLoop loop, QuicStreamChannel channel) {
        this.stream = stream;
        this.exchange = exchange;
        this.loop = loop;
        this.channel = channel;
    }

    // ---- what comes

    void onData(ByteBuf data) {
        if (stream.isOver() || exchange.isAnswerComplete()) {
            drop(data.readableBytes());
        } else if (isPaused || held != null) {
            hold(data);
        } else {
            exchange.onBody(data, data.readableBytes());
        }
    }

    private void hold(ByteBuf data) {
        ByteBuf waiting = held;
        if (waiting == null) {
            waiting = channel.alloc().buffer(data.readableBytes());
            held = waiting;
        }
        waiting.writeBytes(data);
    }

    void trailers(FieldLines lines) {
        trailers = lines;
    }

    /// The client has sent everything.
    void ended() {
        isEnded = true;
    }

    boolean isEnded() {
        return isEnded;
    }

    /// Tells the exchange of the end, once all before it was told.
    void endIfDue() {
        if (isEnded && !stream.isOver() && !isPaused && held == null && !exchange.isRequestComplete()) {
            if (isAsLongAsAnnounced()) {
                FieldLines section = trailers;
                trailers = null;
                exchange.onBodyEnd(section);
            } else {
                stream.onCutShort();
            }
        }
    }

    /// Of a body that has come: an upstream is told the length before it, and would wait for the rest, or take the next
    /// request for it.
    boolean isAsLongAsAnnounced() {
        long announced = exchange.head().contentLength();
        return announced < 0 || exchange.requestBytes() + heldBytes() == announced;
    }

    // ---- who waits

    boolean isPaused() {
        return isPaused;
    }

    /// Stops the reading, or resumes it.
    void read(boolean isOn) {
        isPaused = !isOn;
        if (isOn) {
            // A task of its own: who resumes is in the middle of something.
            loop.execute(this::resume);
        } else {
            channel.config().setAutoRead(false);
        }
    }

    private void resume() {
        if (isPaused || stream.isOver()) {
            return;
        }
        ByteBuf waiting = held;
        held = null;
        if (waiting != null) {
            if (!exchange.isAnswerComplete()) {
                exchange.onBody(waiting, waiting.readableBytes());
            }
            waiting.release();
        }
        endIfDue();
        if (!stream.isOver()) {
            exchange.onReadComplete();
        }
        if (!isPaused && !stream.isOver()) {
            channel.config().setAutoRead(true);
        }
    }

    /// What waits here, in bytes.
    int heldBytes() {
        ByteBuf waiting = held;
        return waiting == null ? 0 : waiting.readableBytes();
    }

    void dropHeld() {
        ByteBuf waiting = held;
        held = null;
        if (waiting != null) {
            waiting.release();
        }
    }

    // ---- after the answer

    /// The answer is complete: nobody wants the rest.
    void answered() {
        isPaused = false;
        dropHeld();
    }

    /// The answer was sent before the client has sent everything: some of that is dropped for a while.
    void linger(long nowNs) {
        isLingering = true;
        lingeringSinceNs = nowNs;
    }

    boolean isLingering() {
        return isLingering;
    }

    private void drop(int bytes) {
        droppedBytes += bytes;
        if (isLingering && droppedBytes > Http3Limits.DROPPED_BYTES_MAX) {
            stopClient();
        }
    }

    void onSweep(long nowNs) {
        if (nowNs - lingeringSinceNs > Http3Limits.LINGER_NS) {
            stopClient();
        }
    }

    /// Whether the input was ended here, and not by the client.
    boolean isStopped() {
        return isStopped;
    }

    private void stopClient() {
        isLingering = false;
        isStopped = true;
        channel.shutdownInput(Http3ErrorCode.H3_NO_ERROR.code());
        channel.close();
    }
}
