package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// One request stream of a client of HTTP/3 and its exchange, standing at the end of the stream's pipeline.
///
/// A frame does not say whether it is the last, so a head waits until the stream's end or a piece of the body has
/// come, or none was announced for a method that usually has one ([RequestEnd]). The rest of the request is
/// [Http3RequestBody]'s. That a client has cancelled a request it had sent whole is known when
/// something is written to it, or the connection ends. Used on the connection's loop only.
final class Http3ClientStream extends ChannelInboundHandlerAdapter
        implements ClientStream, Deadlines.Timed, HeaviestStreams.Heavy {
    private final Http3Edge edge;
    private final LoopContext loop;
    private final RequestHandler handler;
    private final QuicStreamChannel channel;
    private final Exchange exchange;
    private final Http3RequestBody body;
    private final Http3FrameBounds bounds;
    private final BodyPace pace;
    private final ChannelFutureListener written = this::onWritten;

    private @Nullable ChannelHandlerContext context;
    private @Nullable Http3Headers waitingHead;
    private @Nullable ChannelFuture lastWrite;
    private boolean hasHead;
    private boolean isBegun;
    private boolean isOver;
    private long sinceNs;
    private int deadlineSlot = Deadlines.NONE;

    Http3ClientStream(
            Http3Edge edge,
            LoopContext loop,
            RequestHandler handler,
            Connection connection,
            QuicStreamChannel channel,
            Http3FrameBounds bounds) {
        this.edge = edge;
        this.loop = loop;
        this.handler = handler;
        this.channel = channel;
        this.bounds = bounds;
        this.pace = new BodyPace(connection.traffic().timeouts());
        this.exchange = new Exchange(loop, handler, this, connection);
        this.body = new Http3RequestBody(this, exchange, loop.eventLoop(), channel);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        sinceNs = System.nanoTime();
        loop.deadlines().add(this);
    }

    // ---- the request

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (isOver) {
                return;
            }
            switch (message) {
                case Http3HeadersFrame frame when !hasHead -> onHead(frame.headers());
                case Http3HeadersFrame frame -> onTrailers(frame.headers());
                case Http3DataFrame frame -> onData(frame.content());
                default -> edge.onIdleFrame();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(Http3Headers head) {
        hasHead = true;
        sinceNs = System.nanoTime();
        if (!edge.mayBegin(channel.streamId())) {
            reset(Http3ErrorCode.H3_REQUEST_REJECTED);
        } else {
            waitingHead = head;
        }
    }

    private void begin(boolean isWhole) {
        Http3Headers headers = waitingHead;
        if (headers == null) {
            return;
        }
        waitingHead = null;
        isBegun = true;
        sinceNs = System.nanoTime();
        pace.begin(sinceNs);
        RequestHead head = loop.takeHead();
        Malformed problem = headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value())
                ? Malformed.PSEUDO_FIELD
                : Http2RequestReader.read(headers, isWhole, head);
        exchange.beginOrRefuse(head, problem, sinceNs);
    }

    private void onData(ByteBuf data) {
        sinceNs = System.nanoTime();
        if (!data.isReadable()) {
            edge.onIdleFrame();
            return;
        }
        begin(false);
        body.onData(data);
    }

    private void onTrailers(Http3Headers section) {
        sinceNs = System.nanoTime();
        begin(false);
        if (isOver || exchange.isRequestComplete()) {
            return;
        }
        FieldLines lines = Http2FieldRules.trailers(section, false);
        // The library would take it for the length of the body (RFC 9110 section 6.5.1 allows none here).
        if (lines != null && !section.contains(KnownHeader.CONTENT_LENGTH.text()) && body.isAsLongAsAnnounced()) {
            body.trailers(lines);
        } else if (exchange.isAnswered()) {
            reset(Http3ErrorCode.H3_MESSAGE_ERROR);
            gone(ResponseFlag.MALFORMED_REQUEST);
        } else {
            body.dropHeld();
            exchange.brokenBody(() -> handler.onMalformed(exchange, Malformed.TRAILER));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (isCut()) {
            return;
        }
        Http3Headers head = waitingHead;
        if (head != null && (channel.isInputShutdown() || RequestEnd.mayBeMissing(head))) {
            begin(channel.isInputShutdown());
        }
        if (isBegun && !isOver) {
            exchange.onReadComplete();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            onInputEnded();
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Whether the client has ended the stream within a frame. Then it is over, and the connection with it.
    private boolean isCut() {
        if (isOver || body.isStopped() || !channel.isInputShutdown() || !bounds.isInFrame()) {
            return false;
        }
        reset(Http3ErrorCode.H3_FRAME_ERROR);
        gone(ResponseFlag.MALFORMED_REQUEST);
        edge.onCutFrame();
        return true;
    }

    /// The client has sent everything, and as much as it said.
    private void onInputEnded() {
        if (isCut()) {
            return;
        }
        body.ended();
        if (isOver) {
            return;
        }
        if (!hasHead) {
            reset(Http3ErrorCode.H3_REQUEST_INCOMPLETE);
            return;
        }
        begin(true);
        body.endIfDue();
        if (!isOver) {
            exchange.onReadComplete();
        }
    }

    /// The body has ended before it was as long as announced.
    void onCutShort() {
        reset(Http3ErrorCode.H3_MESSAGE_ERROR);
        gone(ResponseFlag.MALFORMED_REQUEST);
    }

    @Override
    public void readBody(boolean isOn) {
        if (body.isPaused() == isOn) {
            sinceNs = System.nanoTime();
            body.read(isOn);
        }
    }

    @Override
    public void sendContinue() {
        writeHead(edge.fields().proceed());
    }

    // ---- the answer

    @Override
    public int majorVersion() {
        return 3;
    }

    @Override
    public void interim(ResponseHead interim) {
        writeHead(edge.fields().interim(interim));
    }

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        sinceNs = System.nanoTime();
        writeHead(edge.fields().head(exchange, answer));
    }

    private void writeHead(Http2Headers head) {
        if (!isOver) {
            write(new DefaultHttp3HeadersFrame(edge.section(head)));
        }
    }

    private void write(Object frame) {
        lastWrite = requireNonNull(context).write(frame).addListener(written);
    }

    /// No client of HTTP/3 can ask for it: `upgrade` is not among its fields, and RFC 9220 is not announced.
    @Override
    public void switchProtocols(ResponseHead answer) {
        throw new IllegalStateException("a request of HTTP/3 cannot leave it");
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        if (isOver) {
            in.skipBytes(bytes);
        } else {
            write(new DefaultHttp3DataFrame(in.readRetainedSlice(bytes)));
        }
    }

    @Override
    public void end(@Nullable FieldLines section) {
        sinceNs = System.nanoTime();
        body.answered();
        if (!isOver) {
            Http2Headers fields = section == null ? null : edge.fields().trailers(section, AnswerLines.edits(exchange));
            if (fields != null) {
                write(new DefaultHttp3HeadersFrame(edge.section(fields)));
            }
            // The library would send the end before what waits for the client's window.
            requireNonNull(lastWrite).addListener((ChannelFutureListener) this::onLastWritten);
            // What the client still sends is dropped: some read an answer only once they have sent everything.
            channel.config().setAutoRead(true);
        }
        if (!exchange.isRequestComplete()) {
            if (body.isEnded()) {
                exchange.onBodyEnd(null);
            } else {
                exchange.onRequestAbandoned();
            }
        }
    }

    private void onWritten(ChannelFuture write) {
        if (write.isSuccess()) {
            sinceNs = System.nanoTime();
        } else if (!isOver) {
            // Stopped by the client, or closed.
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
            gone(ResponseFlag.CLIENT_GONE);
        }
    }

    /// Ends the stream. Of what a client is still sending some is dropped before it is asked to stop (RFC 9114 section
    /// 4.1): browsers do not read an answer whose request was stopped in the midst of it.
    private void onLastWritten(ChannelFuture write) {
        if (isOver || !write.isSuccess()) {
            return;
        }
        channel.shutdownOutput();
        if (!channel.isInputShutdown()) {
            body.linger(System.nanoTime());
        }
    }

    /// Whether nothing is read or written any more.
    boolean isOver() {
        return isOver;
    }

    @Override
    public void abort() {
        reset(Http3ErrorCode.H3_INTERNAL_ERROR);
    }

    /// Ends both ways at once.
    private void reset(Http3ErrorCode error) {
        if (!isOver) {
            isOver = true;
            waitingHead = null;
            body.dropHeld();
            channel.shutdown(error.code());
            channel.close();
        }
    }

    @Override
    public void exchangeEnded() {
        RequestHead done = exchange.takeHead();
        if (done != null) {
            loop.release(done);
        }
    }

    /// The library sends at the end of each turn.
    @Override
    public void flush() {
        channel.flush();
    }

    /// Also true when nothing can be written any more, so that nobody waits for it.
    @Override
    public boolean isWritable() {
        return isOver || channel.isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sinceNs = System.nanoTime();
        if (isBegun && !isOver && channel.isWritable() && !exchange.isEnded()) {
            exchange.onWritable();
        }
    }

    // ---- ends

    /// The gateway is about to end.
    void onGoAway() {
        if (isBegun && !exchange.isEnded()) {
            exchange.onGoAway();
        }
    }

    /// The gateway ends before the exchange does.
    void giveUp() {
        gone(ResponseFlag.GATEWAY_CLOSED);
    }

    /// What the client has not taken of the answer is the library's to know.
    @Override
    public long heldBytes() {
        return body.heldBytes() + (isBegun ? exchange.heldBytes() : 0);
    }

    @Override
    public void reset() {
        gone(ResponseFlag.OVERLOAD_RESET);
        reset(Http3ErrorCode.H3_EXCESSIVE_LOAD);
    }

    private void gone(ResponseFlag why) {
        if (!isBegun) {
            return;
        }
        if (exchange.isAnswerComplete()) {
            exchange.onRequestAbandoned();
        } else {
            exchange.onClientGone(why);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (isOver) {
            return;
        }
        Http3Faults.report(cause);
        boolean isReset = cause instanceof QuicStreamResetException;
        if (isReset) {
            edge.onReset();
        }
        reset(isReset ? Http3ErrorCode.H3_REQUEST_CANCELLED : Http3ErrorCode.H3_MESSAGE_ERROR);
        gone(cause instanceof Http3Exception ? ResponseFlag.MALFORMED_REQUEST : ResponseFlag.CLIENT_GONE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.deadlines().remove(this);
        boolean isCutShort = isOver || !body.isEnded();
        isOver = true;
        waitingHead = null;
        body.dropHeld();
        gone(ResponseFlag.CLIENT_GONE);
        edge.onClosed(this, isCutShort);
        ctx.fireChannelInactive();
    }

    @Override
    public void onSweep(long nowNs) {
        long quietNs = nowNs - sinceNs;
        if (isOver) {
            return;
        }
        if (!isBegun) {
            onHeadSweep(quietNs);
            return;
        }
        if (body.isLingering()) {
            body.onSweep(nowNs);
            return;
        }
        boolean isWaitingForClient = exchange.isEnded() || (exchange.isAnswered() && !isWritable());
        boolean isAnswerStuck = isWaitingForClient && quietNs > ClientLimits.ANSWER_STUCK_NS;
        boolean isBodyTooSlow = !exchange.isRequestComplete()
                && !body.isPaused()
                && !mayBeSilent()
                && quietNs > ClientLimits.BODY_IDLE_TIMEOUT_NS;
        if (isAnswerStuck || isBodyTooSlow || isBodySlow(nowNs)) {
            reset(Http3ErrorCode.H3_REQUEST_CANCELLED);
            gone(ResponseFlag.CLIENT_TIMEOUT);
        } else if (!exchange.isEnded()) {
            exchange.onSweep(nowNs);
        }
    }

    /// The same by what the policy asks.
    private boolean isBodySlow(long nowNs) {
        return !exchange.isRequestComplete() && !mayBeSilent() && pace.isTooSlow(exchange, !body.isPaused(), nowNs);
    }

    /// A stream must have a head in time; a head that waits for a body or the end goes on without.
    private void onHeadSweep(long quietNs) {
        if (quietNs > ClientLimits.HEAD_TIMEOUT_NS) {
            if (waitingHead == null) {
                reset(Http3ErrorCode.H3_REQUEST_INCOMPLETE);
            } else {
                begin(false);
            }
        }
    }

    /// Whether the stream is a conversation, in which the client need not say anything.
    private boolean mayBeSilent() {
        return exchange.isAnswered() || exchange.head().isGrpc();
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
