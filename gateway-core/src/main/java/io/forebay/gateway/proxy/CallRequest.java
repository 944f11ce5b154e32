package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The body of one call's request on its way to the upstream: what has come while there was nobody to send it to, what
/// was sent, what of that is kept for another try, and whether the client is held back. Owned by its call.
final class CallRequest {
    private final UpstreamCall call;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private final RequestTee tee;
    private @Nullable Exchange exchange;
    private @Nullable UpstreamStream to;
    private @Nullable FieldLines trailers;
    private int keptBytesMax;
    private boolean isEnded;
    private boolean isBegun;
    private boolean isSent;
    private boolean isPaused;
    private boolean isSwitched;

    CallRequest(UpstreamCall call, TeeBudget budget) {
        this.call = call;
        this.tee = new RequestTee(budget);
    }

    /// @param bytesMax how much of it is kept, 0 for nothing
    void begin(Exchange asked, int bytesMax) {
        exchange = asked;
        keptBytesMax = bytesMax;
        tee.begin(bytesMax);
        isBegun = false;
        // Not the exchange's word: a body that was held back is complete there and still has to come here.
        isEnded = !asked.head().hasBody();
        isSent = false;
        isPaused = false;
        isSwitched = false;
    }

    /// The rest comes through another exchange.
    void moveTo(Exchange next) {
        exchange = next;
    }

    /// Whether all of it was sent.
    boolean isSent() {
        return isSent;
    }

    /// Whether all of it is here and nothing of its body was sent.
    boolean isWhole() {
        return isEnded && !isBegun;
    }

    /// Whether it can be sent once more from its beginning.
    boolean canReplay() {
        return !isBegun || tee.isWhole();
    }

    /// The body as it was sent, or null if it was not kept.
    byte @Nullable [] sentBytes() {
        return tee.bytes();
    }

    /// Takes the next `bytes` bytes of `in`.
    ///
    /// @return whether they were given to a stream
    boolean onBody(ByteBuf in, int bytes) {
        UpstreamStream into = to;
        if (into == null) {
            early.addLast(in.readRetainedSlice(bytes));
            return false;
        }
        send(into, in, bytes);
        if (!into.isWritable()) {
            pause();
        }
        return true;
    }

    /// All of it has come.
    ///
    /// @param mayBeRetried whether the trailers may be needed once more
    void onBodyEnd(@Nullable FieldLines section, boolean mayBeRetried) {
        isEnded = true;
        UpstreamStream into = to;
        if (section != null && (into == null || mayBeRetried)) {
            trailers = section.copy();
        }
        if (into != null) {
            sendEnd(into, section);
        }
    }

    /// A stream takes it, whose head was sent: what was held goes there at once.
    void sendTo(UpstreamStream given) {
        to = given;
        ByteBuf data = early.pollFirst();
        while (data != null) {
            send(given, data, data.readableBytes());
            data.release();
            data = early.pollFirst();
        }
        if (isEnded) {
            sendEnd(given, trailers);
        }
        resume();
    }

    /// All of it was sent to another stream, too, which takes the place of the first.
    void wasSentTo(UpstreamStream other) {
        to = other;
    }

    private void send(UpstreamStream into, ByteBuf in, int bytes) {
        isBegun = true;
        tee.add(in, bytes);
        into.sendBody(in, bytes);
    }

    private void sendEnd(UpstreamStream into, @Nullable FieldLines section) {
        isSent = true;
        if (isSwitched || requireNonNull(exchange).head().hasBody()) {
            into.sendEnd(section);
        }
        call.onRequestSent();
    }

    /// Those that are kept.
    @Nullable
    FieldLines trailers() {
        return trailers;
    }

    /// From now on it is a side of another protocol.
    void switched() {
        isSwitched = true;
        isEnded = false;
        isSent = false;
    }

    /// What was sent is to be sent again; see [#canReplay].
    void takeBack() {
        to = null;
        byte[] sent = isBegun ? tee.bytes() : null;
        if (sent != null) {
            early.addFirst(Unpooled.wrappedBuffer(sent));
            tee.begin(keptBytesMax);
        }
        isBegun = false;
        isSent = false;
        pause();
    }

    void pause() {
        Exchange from = requireNonNull(exchange);
        if (!isPaused && !from.isRequestComplete()) {
            isPaused = true;
            from.readBody(false);
        }
    }

    void resume() {
        if (isPaused) {
            isPaused = false;
            requireNonNull(exchange).readBody(true);
        }
    }

    /// What was held, whose buffers are the caller's from now on.
    UnsentRequest takeUnsent() {
        UnsentRequest unsent = new UnsentRequest(new ArrayDeque<>(early), isEnded);
        early.clear();
        return unsent;
    }

    /// What is kept of it, in bytes.
    long heldBytes() {
        long bytes = tee.roomBytes();
        for (ByteBuf data : early) {
            bytes += data.readableBytes();
        }
        return bytes;
    }

    /// The call is over.
    void end() {
        ByteBuf data = early.pollFirst();
        while (data != null) {
            data.release();
            data = early.pollFirst();
        }
        trailers = null;
        isPaused = false;
        tee.begin(0);
        to = null;
        exchange = null;
    }
}
