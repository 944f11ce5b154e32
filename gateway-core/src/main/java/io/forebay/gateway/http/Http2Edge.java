package io.forebay.gateway.http;

import io.forebay.gateway.overload.OverloadStage;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection of a client (RFC 9113): frames in, one [Http2ClientStream] a request, answers out. Owned by
/// one loop.
public final class Http2Edge extends Http2LoopConnection<Http2ClientStream> implements Deadlines.Timed {
    private static final long DRAIN_PING = 0x666f7265626179L;

    private final RequestHandler handler;
    private final Connection connection;
    private final Http2AnswerFields fields = new Http2AnswerFields();
    private final ClosedStreams closed;
    private final Http2Frames frames = new Http2Frames(this);
    private final Http2SharedWindow window;

    private boolean isLeaving;
    private boolean isDrained;
    private long drainingSinceNs;
    private long answerBytes;
    private long quietSinceNs;
    private long unfinishedSinceNs;
    private int deadlineSlot = Deadlines.NONE;

    private Http2Edge(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Builder parts) {
        super(
                decoder,
                encoder,
                settings,
                parts.loop,
                parts.connection.traffic().http2().connectionWindowBytes());
        this.handler = parts.handler;
        this.connection = parts.connection;
        this.window = parts.window;
        this.closed = new ClosedStreams(connection.traffic().http2().streamsMax());
        decoder.frameListener(frames);
    }

    /// A handler for one new connection whose client speaks HTTP/2 from its first byte.
    public static Http2Edge of(LoopContext loop, RequestHandler handler, Connection connection) {
        return new Builder(loop, handler, connection).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Edge, Builder> {
        private final LoopContext loop;
        private final RequestHandler handler;
        private final Connection connection;
        private final Http2SharedWindow window;

        Builder(LoopContext loop, RequestHandler handler, Connection connection) {
            this.loop = loop;
            this.handler = handler;
            this.connection = connection;
            Http2Connection state = state(true);
            this.window =
                    new Http2SharedWindow(state, connection.traffic().http2().connectionWindowBytes());
            connection(state);
            initialSettings(Http2Limits.settings(connection.traffic().http2()));
            validateHeaders(true);
            validateRequiredPseudoHeaders(true);
            encoderEnforceMaxQueuedControlFrames(Http2Limits.QUEUED_CONTROL_FRAMES_MAX);
            decoderEnforceMaxRstFramesPerWindow(Http2Limits.RESETS_MAX, Http2Limits.RESET_WINDOW_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(Http2Limits.RESETS_MAX, Http2Limits.RESET_WINDOW_SECONDS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(Http2Limits.EMPTY_DATA_FRAMES_MAX);
            decoderEnforceMaxSmallContinuationFrames(Http2Limits.SMALL_CONTINUATION_FRAMES_MAX);
            gracefulShutdownTimeoutMillis(0);
        }

        @Override
        protected Http2Edge build() {
            return super.build();
        }

        @Override
        protected Http2Edge build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2Edge(decoder, encoder, settings, this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        quietSinceNs = System.nanoTime();
        loop().deadlines().add(this);
        super.handlerAdded(ctx);
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        long nowNs = System.nanoTime();
        if (unfinishedSinceNs == 0) {
            unfinishedSinceNs = nowNs;
        }
        super.channelRead(ctx, message);
        if (unfinishedSinceNs == 0 && actualReadableBytes() > 0) {
            unfinishedSinceNs = nowNs;
        }
    }

    /// A whole frame has come.
    void onFrame() {
        unfinishedSinceNs = 0;
    }

    /// A request's head is complete.
    void onHead(int streamId, Http2Headers headers, boolean isWhole) {
        closed.begun(streamId);
        if (!connection.trust().isStillTrusted(System.currentTimeMillis())) {
            endAfter(Math.max(0, streamId - 2));
            return;
        }
        RequestHead head = loop().takeHead();
        begin(connection().stream(streamId), head, Http2RequestReader.read(headers, isWhole, head));
        if (loop().overload().isOn(OverloadStage.DISABLE_KEEPALIVE)) {
            beLast();
        }
    }

    private void begin(Http2Stream stream, RequestHead head, @Nullable Malformed problem) {
        Http2ClientStream reused = takeKept();
        Http2ClientStream begun = reused == null ? new Http2ClientStream(this, loop(), handler, connection) : reused;
        attach(stream, begun);
        begun.begin(stream, head, problem);
    }

    /// A head beyond the limits is answered 431 like any other, instead of a bare reset; a frame for a stream that the
    /// client has ended is judged as RFC 9113 section 5.1 has it.
    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException fault) {
        int streamId = fault.streamId();
        Http2Stream stream = connection().stream(streamId);
        boolean isHeadTooLarge = fault instanceof Http2Exception.HeaderListSizeException size && size.duringDecode();
        if (isHeadTooLarge && answersTooLarge(streamId)) {
            return;
        }
        if (stream == null && !outbound && fault.error() == Http2Error.STREAM_CLOSED) {
            onFrameOfClosedStream(ctx, cause, fault);
        } else if (stream != null && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE && isOfHead(fault)) {
            encoder().writeRstStream(ctx, streamId, Http2Error.STREAM_CLOSED.code(), ctx.newPromise());
        } else {
            super.onStreamError(ctx, outbound, cause, fault);
        }
    }

    private void onFrameOfClosedStream(
            ChannelHandlerContext ctx, Throwable cause, Http2Exception.StreamException fault) {
        int streamId = fault.streamId();
        if (closed.isReset(streamId)) {
            // It was on its way; another reset would say nothing new.
            drop(ctx);
        } else if (isOfHead(fault)) {
            Http2Error error = closed.faultOf(streamId);
            String text = "head for a stream that is over";
            onConnectionError(ctx, false, cause, Http2Exception.connectionError(error, text));
        } else {
            super.onStreamError(ctx, false, cause, fault);
        }
    }

    private void drop(ChannelHandlerContext ctx) {
        try {
            frames.onDroppedFrame();
        } catch (Http2Exception e) {
            onConnectionError(ctx, false, e, e);
        }
    }

    /// Whether it is a HEADERS frame that does not fit its stream's state. Only Netty's text tells it from others.
    private static boolean isOfHead(Http2Exception.StreamException fault) {
        String text = String.valueOf(fault.getMessage());
        return text.contains("HEADERS frame for an unknown stream") || text.contains("too many headers");
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        closed.reset(streamId);
        return super.resetStream(ctx, streamId, errorCode, promise);
    }

    private boolean answersTooLarge(int streamId) {
        if (connection().stream(streamId) != null) {
            return false;
        }
        try {
            Http2Stream refused = connection().remote().createStream(streamId, false);
            begin(refused, loop().takeHead(), Malformed.HEAD_TOO_LARGE);
            return true;
        } catch (Http2Exception e) {
            return false;
        }
    }

    // ---- windows

    /// So many more bytes of bodies wait here for consumers that have paused, or fewer.
    void holds(int moreBytes) {
        try {
            window.holds(moreBytes, isOpen());
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
        flushSoon();
    }

    /// Whether the client may send anything of a body. It may not while what waits here uses the window up.
    boolean isWindowOpen() {
        return window.isOpen();
    }

    // ---- writing

    Http2AnswerFields fields() {
        return fields;
    }

    ByteBuf buffer(int bytes) {
        return context().alloc().buffer(bytes);
    }

    ChannelFuture writeHead(Http2Stream stream, Http2Headers head, boolean isEnd) {
        return encoder()
                .writeHeaders(context(), stream.id(), head, 0, isEnd, context().newPromise());
    }

    ChannelFuture writeData(Http2Stream stream, ByteBuf data, boolean isEnd) {
        answerBytes += data.readableBytes();
        return encoder()
                .writeData(context(), stream.id(), data, 0, isEnd, context().newPromise());
    }

    /// What was written of answers' bodies, in bytes.
    long answerBytes() {
        return answerBytes;
    }

    ChannelFuture writeEnd(Http2Stream stream, @Nullable FieldLines trailers, HeaderEdits edits) {
        Http2Headers section = trailers == null ? null : fields.trailers(trailers, edits);
        return section == null ? writeData(stream, Unpooled.EMPTY_BUFFER, true) : writeHead(stream, section, true);
    }

    /// Flushed at once and past the flow controller, so that what the stream still had to send never follows its reset.
    void reset(Http2Stream stream, Http2Error error) {
        resetStream(context(), stream.id(), error.code(), context().newPromise());
        context().flush();
    }

    int windowBytes(Http2Stream stream) {
        return encoder().flowController().windowSize(stream);
    }

    // ---- the connection

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == GoAway.DRAIN) {
            drain();
        } else if (event == GoAway.CLOSE) {
            giveUpStreams();
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Without the client's frames no window opens and no request can end.
            close();
        }
        super.userEventTriggered(ctx, event);
    }

    private void giveUpStreams() throws Http2Exception {
        connection().forEachActiveStream(stream -> {
            Http2ClientStream ours = streamOf(stream.id());
            if (ours != null) {
                ours.giveUp();
            }
            return true;
        });
    }

    /// Says first that the end is near, and after a round trip which stream was the last, so that no request that was
    /// already on its way is lost (RFC 9113 section 6.8).
    private void beLast() {
        if (drainingSinceNs == 0) {
            drainingSinceNs = System.nanoTime();
            goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
            encoder().writePing(context(), false, DRAIN_PING, context().newPromise());
            flush(context());
        }
    }

    /// The same, and what would go on for as long as both sides like ends too.
    private void drain() {
        beLast();
        if (!isLeaving) {
            isLeaving = true;
            eachStream(Http2ClientStream::onGoAway);
        }
    }

    /// Whether streams are told that the gateway is about to end.
    boolean isDraining() {
        return isLeaving;
    }

    void onPingAnswer(long content) {
        if (content == DRAIN_PING && drainingSinceNs != 0) {
            endDrain();
        }
    }

    private void endDrain() {
        if (!isDrained) {
            endAfter(connection().remote().lastStreamCreated());
        }
    }

    /// Takes no request beyond `lastStreamId`, and closes when those before are answered.
    private void endAfter(int lastStreamId) {
        isDrained = true;
        goAway(lastStreamId, Http2Error.NO_ERROR);
        flush(context());
    }

    /// Says that nothing more is taken, and closes at once.
    private void leave() {
        goAway(connection().remote().lastStreamCreated(), Http2Error.NO_ERROR).addListener(ChannelFutureListener.CLOSE);
        context().flush();
    }

    private ChannelFuture goAway(int lastStreamId, Http2Error error) {
        return goAway(
                context(),
                lastStreamId,
                error.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
    }

    @Override
    protected void onStreamClosed(@Nullable Http2ClientStream ours) {
        if (ours != null && ours.onClosed()) {
            keep(ours);
        }
    }

    @Override
    protected boolean isOpen() {
        return deadlineSlot != Deadlines.NONE;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop().deadlines().remove(this);
        super.channelInactive(ctx);
        loop().clientEnds().ended(connection.addresses());
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        loop().deadlines().remove(this);
        super.handlerRemoved0(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The connection is over, and so is each exchange.
        ConnectionFault.report(cause);
        close();
    }

    private void close() {
        context().channel().close();
    }

    @Override
    public void onSweep(long nowNs) {
        boolean isIdle = connection().numActiveStreams() == 0;
        if (drainingSinceNs != 0 && nowNs - drainingSinceNs > Http2Limits.DRAIN_NOTICE_NS) {
            endDrain();
        }
        if (!isIdle) {
            quietSinceNs = nowNs;
        } else if (isDrained) {
            close();
        } else if (isOverdue(nowNs)) {
            leave();
        }
    }

    /// Whether a connection without requests has been quiet, or in the middle of a head, for too long.
    private boolean isOverdue(long nowNs) {
        boolean isUnfinished = unfinishedSinceNs != 0 || !decoder().prefaceReceived();
        long sinceNs = Math.max(quietSinceNs, unfinishedSinceNs);
        return nowNs - sinceNs
                > (isUnfinished
                        ? ClientLimits.HEAD_TIMEOUT_NS
                        : connection.traffic().timeouts().idleNs());
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
