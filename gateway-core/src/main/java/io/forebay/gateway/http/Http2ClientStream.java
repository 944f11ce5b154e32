package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream of a client and its exchange.
///
/// Bytes of the request count as taken, and so open the client's window again, only when the consumer got them: while
/// it has paused, at most one stream window waits here, copied so that small frames do not hold large read buffers.
/// While others use the connection's window up so, a client is not slow that sends nothing.
/// Kept by its [Http2Edge] for another stream unless the client left early, since then somebody may still hold the
/// exchange. Used on the connection's loop only.
final class Http2ClientStream
        implements ClientStream, Http2LoopConnection.Stream, Deadlines.Timed, HeaviestStreams.Heavy {
    private final Http2Edge edge;
    private final LoopContext loop;
    private final RequestHandler handler;
    private final Exchange exchange;
    private final BodyPace pace;

    private @Nullable Http2Stream stream;
    private @Nullable ByteBuf held;
    private @Nullable FieldLines heldTrailers;
    private @Nullable ChannelFuture lastWrite;
    private boolean isEndHeld;
    private boolean isPaused;
    private boolean isAnswerEndSent;
    private boolean isReset;
    private boolean isTouched;
    private boolean isConnect;
    private boolean isSwitched;
    private int windowSeen;
    private long sinceNs;
    private long heldUpNs;
    private int deadlineSlot = Deadlines.NONE;

    Http2ClientStream(Http2Edge edge, LoopContext loop, RequestHandler handler, Connection connection) {
        this.edge = edge;
        this.loop = loop;
        this.handler = handler;
        this.exchange = new Exchange(loop, handler, this, connection);
        this.pace = new BodyPace(connection.traffic().timeouts());
    }

    /// Begins with a stream whose head is complete.
    ///
    /// @param problem what is wrong with the head, or null
    void begin(Http2Stream opened, RequestHead head, @Nullable Malformed problem) {
        stream = opened;
        lastWrite = null;
        isEndHeld = false;
        isPaused = false;
        isAnswerEndSent = false;
        isReset = false;
        isTouched = false;
        isConnect = problem == null && head.isExtendedConnect();
        isSwitched = false;
        windowSeen = edge.windowBytes(opened);
        sinceNs = System.nanoTime();
        heldUpNs = sinceNs;
        pace.begin(sinceNs);
        loop.deadlines().add(this);
        exchange.beginOrRefuse(head, problem, sinceNs);
    }

    // ---- the request's body

    /// Takes some of the body, which stays the caller's.
    ///
    /// @return how many bytes are taken for good
    int onData(ByteBuf data, boolean isEnd) {
        sinceNs = System.nanoTime();
        int bytes = data.readableBytes();
        if (exchange.isAnswerComplete()) {
            endRequest(isEnd);
            return bytes;
        }
        if (isPaused || held != null || (isConnect && !isSwitched)) {
            if (bytes > 0) {
                hold(data);
            }
            isEndHeld = isEnd;
            return 0;
        }
        touch();
        if (bytes > 0) {
            exchange.onBody(data, bytes);
        }
        endRequest(isEnd);
        return bytes;
    }

    private void endRequest(boolean isEnd) {
        if (isEnd && !exchange.isRequestComplete()) {
            exchange.onBodyEnd(null);
        }
    }

    /// The trailers end the request.
    void onTrailers(Http2Headers section) {
        sinceNs = System.nanoTime();
        FieldLines trailers = Http2FieldRules.trailers(section, false);
        if (exchange.isRequestComplete()) {
            isEndHeld |= isConnect && !isSwitched;
            return;
        }
        if (trailers == null) {
            onBrokenTrailers();
        } else if (isPaused || held != null) {
            heldTrailers = trailers;
            isEndHeld = true;
        } else {
            touch();
            exchange.onBodyEnd(trailers);
        }
    }

    private void onBrokenTrailers() {
        if (exchange.isAnswered()) {
            giveUp(ResponseFlag.MALFORMED_REQUEST, Http2Error.PROTOCOL_ERROR);
        } else {
            dropHeld(true);
            exchange.brokenBody(() -> handler.onMalformed(exchange, Malformed.TRAILER));
        }
    }

    private void touch() {
        if (!isTouched) {
            isTouched = true;
            edge.touched(this);
        }
    }

    @Override
    public void onReadComplete() {
        isTouched = false;
        exchange.onReadComplete();
    }

    /// Never without bytes: to some consumers an empty piece of a body would be its end.
    private void hold(ByteBuf data) {
        ByteBuf waiting = held;
        if (waiting == null) {
            waiting = edge.buffer(data.readableBytes());
            held = waiting;
        }
        waiting.writeBytes(data, data.readerIndex(), data.readableBytes());
        edge.holds(data.readableBytes());
    }

    @Override
    public void readBody(boolean isOn) {
        if (isPaused == isOn) {
            isPaused = !isOn;
            sinceNs = System.nanoTime();
            if (isOn && (held != null || isEndHeld)) {
                // A task of its own: who resumes is in the middle of something.
                loop.eventLoop().execute(this::deliverHeld);
            }
        }
    }

    private void deliverHeld() {
        boolean isAhead = isConnect && !isSwitched;
        if (isPaused || isAhead || exchange.isAnswerComplete()) {
            return;
        }
        ByteBuf waiting = held;
        held = null;
        if (waiting != null) {
            edge.holds(-waiting.readableBytes());
            edge.consumed(stream(), waiting.readableBytes());
            exchange.onBody(waiting, waiting.readableBytes());
            waiting.release();
        }
        if (isEndHeld && !exchange.isRequestComplete()) {
            isEndHeld = false;
            FieldLines trailers = heldTrailers;
            heldTrailers = null;
            exchange.onBodyEnd(trailers);
        }
        exchange.onReadComplete();
        edge.flushSoon();
    }

    private void dropHeld(boolean isStreamOpen) {
        ByteBuf waiting = held;
        held = null;
        heldTrailers = null;
        if (waiting != null) {
            edge.holds(-waiting.readableBytes());
            if (isStreamOpen) {
                edge.consumed(stream(), waiting.readableBytes());
            }
            waiting.release();
        }
    }

    @Override
    public void sendContinue() {
        if (isOpen()) {
            edge.writeHead(stream(), edge.fields().proceed(), false);
        }
    }

    // ---- the answer

    @Override
    public int majorVersion() {
        return 2;
    }

    @Override
    public void interim(ResponseHead interim) {
        if (isOpen()) {
            edge.writeHead(stream(), edge.fields().interim(interim), false);
        }
    }

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        sinceNs = System.nanoTime();
        if (isOpen()) {
            isAnswerEndSent = !hasBody;
            lastWrite = edge.writeHead(stream(), edge.fields().head(exchange, answer), !hasBody);
        }
    }

    /// Until then what the client has sent ahead is held back: it is not for an upstream that still speaks HTTP.
    @Override
    public void switchProtocols(ResponseHead answer) {
        sinceNs = System.nanoTime();
        isSwitched = true;
        if (isOpen()) {
            edge.writeHead(stream(), edge.fields().switched(exchange, answer), false);
        }
        if (held != null || isEndHeld) {
            loop.eventLoop().execute(this::deliverHeld);
        }
        if (edge.isDraining()) {
            loop.eventLoop().execute(this::onGoAway);
        }
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        if (isOpen()) {
            edge.writeData(stream(), in.readRetainedSlice(bytes), false);
        } else {
            in.skipBytes(bytes);
        }
    }

    @Override
    public void end(@Nullable FieldLines trailers) {
        if (isOpen()) {
            isAnswerEndSent = true;
            lastWrite = edge.writeEnd(stream(), trailers, AnswerLines.edits(exchange));
        }
        isPaused = false;
        dropHeld(true);
        stopRequestAfter(lastWrite);
        if (!exchange.isRequestComplete()) {
            if (isEndHeld) {
                exchange.onBodyEnd(null);
            } else {
                exchange.onRequestAbandoned();
            }
        }
    }

    /// Asks a client that is still sending to stop once it has the whole answer (RFC 9113 section 8.1).
    private void stopRequestAfter(@Nullable ChannelFuture answerWritten) {
        Http2Stream answered = stream();
        if (answerWritten != null && answered.state().remoteSideOpen()) {
            answerWritten.addListener((ChannelFutureListener) written -> {
                if (answered.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
                    edge.reset(answered, Http2Error.NO_ERROR);
                }
            });
        }
    }

    @Override
    public void abort() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    private void reset(Http2Error error) {
        if (!isReset && stream != null) {
            isReset = true;
            edge.reset(stream, error);
        }
    }

    @Override
    public void exchangeEnded() {
        RequestHead done = exchange.takeHead();
        if (done != null) {
            loop.release(done);
        }
    }

    @Override
    public void flush() {
        edge.flushSoon();
    }

    /// Also true when nothing can be written any more, so that nobody waits for it.
    @Override
    public boolean isWritable() {
        Http2Stream open = stream;
        return open == null || isReset || edge.isWritable(open);
    }

    /// The gateway is about to end.
    void onGoAway() {
        if (!exchange.isEnded()) {
            exchange.onGoAway();
        }
    }

    @Override
    public void onWritable() {
        sinceNs = System.nanoTime();
        if (!exchange.isEnded()) {
            exchange.onWritable();
        }
    }

    private boolean isOpen() {
        return stream != null && !isReset && !isAnswerEndSent;
    }

    private Http2Stream stream() {
        return requireNonNull(stream, "no stream");
    }

    // ---- ends

    /// In this order: once the stream is reset its exchange would say that the client has left.
    private void giveUp(ResponseFlag why, Http2Error error) {
        exchange.onClientGone(why);
        reset(error);
    }

    /// The gateway ends before the exchange does.
    void giveUp() {
        exchange.onClientGone(ResponseFlag.GATEWAY_CLOSED);
    }

    @Override
    public long heldBytes() {
        ByteBuf waiting = held;
        long requestBytes = waiting == null ? 0 : waiting.readableBytes();
        return requestBytes + edge.unsentBytes(stream()) + exchange.heldBytes();
    }

    @Override
    public void reset() {
        giveUp(ResponseFlag.OVERLOAD_RESET, Http2Error.ENHANCE_YOUR_CALM);
    }

    /// The stream is closed: both sides are through, or one of them has reset it.
    ///
    /// @return whether this object may serve another stream
    boolean onClosed() {
        loop.deadlines().remove(this);
        stream = null;
        dropHeld(false);
        if (exchange.isAnswerComplete()) {
            exchange.onRequestAbandoned();
        } else {
            exchange.onClientGone();
        }
        return !isReset && !exchange.isClientGone();
    }

    @Override
    public void onSweep(long nowNs) {
        Http2Stream open = stream();
        int window = edge.windowBytes(open);
        if (window != windowSeen) {
            // The client has taken some of the answer, or made room for more.
            windowSeen = window;
            sinceNs = nowNs;
        }
        long quietNs = nowNs - sinceNs;
        boolean isWaitingForClient = exchange.isEnded() || (exchange.isAnswered() && !isWritable());
        boolean isAnswerStuck = isWaitingForClient && quietNs > ClientLimits.ANSWER_STUCK_NS;
        boolean maySend = !isPaused && edge.isWindowOpen();
        if (!maySend) {
            heldUpNs = nowNs;
        }
        boolean isBodyTooSlow = !exchange.isRequestComplete()
                && maySend
                && !mayBeSilent()
                && nowNs - Math.max(sinceNs, heldUpNs) > ClientLimits.BODY_IDLE_TIMEOUT_NS;
        if (isAnswerStuck || isBodyTooSlow || isBodySlow(maySend, nowNs)) {
            giveUp(ResponseFlag.CLIENT_TIMEOUT, Http2Error.CANCEL);
        } else if (!exchange.isEnded()) {
            exchange.onSweep(nowNs);
        }
    }

    /// The same by what the policy asks.
    private boolean isBodySlow(boolean maySend, long nowNs) {
        return !exchange.isRequestComplete() && !mayBeSilent() && pace.isTooSlow(exchange, maySend, nowNs);
    }

    /// Whether the stream is a conversation, in which the client need not say anything: how long both sides may be
    /// silent is the call's matter.
    private boolean mayBeSilent() {
        return isSwitched || exchange.isAnswered() || exchange.head().isGrpc();
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
