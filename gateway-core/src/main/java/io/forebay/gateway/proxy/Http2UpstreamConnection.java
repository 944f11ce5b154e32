package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Http2RequestFields;
import io.forebay.gateway.http.Http2Writability;
import io.forebay.gateway.http.LoopContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to an endpoint (RFC 9113), which serves as many calls at a time as both sides allow.
///
/// What the calls write during one turn of the loop leaves in one flush at its end. A call that does not take its
/// answer
/// closes the window of its own stream only. Owned by the loop of its pool.
final class Http2UpstreamConnection extends Http2ConnectionHandler {
    /// Calls at a time, also where the upstream would take more.
    static final int STREAMS_MAX = 100;

    private static final int STREAM_WINDOW_BYTES = 64 * 1024;
    private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HEAD_BYTES_MAX = 128 * 1024;
    private static final int STREAMS_KEPT_MAX = 16;
    /// A connection whose stream numbers come to their end is given up before.
    private static final int LAST_STREAM_ID = Integer.MAX_VALUE - 2;

    private final EndpointPool pool;
    private final LoopContext loop;
    private final Http2Connection.PropertyKey streamKey;
    private final Http2Writability writability;
    private final Http2RequestFields fields;
    private final ArrayDeque<Http2UpstreamStream> kept = new ArrayDeque<>();
    private final ArrayList<Http2UpstreamStream> touched = new ArrayList<>();
    private final Runnable turnEnd = this::onTurnEnd;
    private @Nullable ChannelHandlerContext context;
    private boolean isReading;
    private boolean isTurnEndComing;
    private boolean isLeaving;
    private boolean isClosed;
    private long lastReadNs;
    long idleSinceNs;

    private Http2UpstreamConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Builder parts) {
        super(decoder, encoder, settings, true);
        this.pool = parts.pool;
        this.loop = parts.loop;
        this.fields = new Http2RequestFields(parts.isTls);
        this.streamKey = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Http2UpstreamConnection.this.onStreamClosed(stream);
            }

            @Override
            public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
                leave(lastStreamId);
            }
        });
        this.writability = new Http2Writability(encoder.flowController(), this::onStreamWritable);
        encoder.flowController().listener(this::onStreamWritable);
        decoder.frameListener(new Http2UpstreamFrames(this));
    }

    static Http2UpstreamConnection of(EndpointPool pool, LoopContext loop, boolean isTls) {
        return new Builder(pool, loop, isTls).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2UpstreamConnection, Builder> {
        private final EndpointPool pool;
        private final LoopContext loop;
        private final boolean isTls;

        Builder(EndpointPool pool, LoopContext loop, boolean isTls) {
            this.pool = pool;
            this.loop = loop;
            this.isTls = isTls;
            Http2Connection state = new DefaultHttp2Connection(false);
            state.remote()
                    .flowController(
                            new DefaultHttp2RemoteFlowController(state, new UniformStreamByteDistributor(state)));
            // The connection's window is opened again by itself: one call that does not take its answer must not hold
            // up the others.
            state.local()
                    .flowController(new DefaultHttp2LocalFlowController(
                            state, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, true));
            connection(state);
            initialSettings(new Http2Settings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW_BYTES)
                    .maxHeaderListSize(HEAD_BYTES_MAX));
            validateHeaders(true);
            gracefulShutdownTimeoutMillis(0);
        }

        @Override
        protected Http2UpstreamConnection build() {
            return super.build();
        }

        @Override
        protected Http2UpstreamConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2UpstreamConnection(decoder, encoder, settings, this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        assert loop.isCurrent();
        context = ctx;
        lastReadNs = System.nanoTime();
        super.handlerAdded(ctx);
        Http2Stream whole = connection().connectionStream();
        connection()
                .local()
                .flowController()
                .incrementWindowSize(
                        whole,
                        CONNECTION_WINDOW_BYTES
                                - connection().local().flowController().windowSize(whole));
        flush(ctx);
    }

    // ---- streams

    /// A stream for one more call, or null when the connection takes none now.
    @Nullable
    UpstreamStream openStream() {
        boolean isFull = connection().local().numActiveStreams() >= streamsMax();
        if (isFull || !isUsable()) {
            return null;
        }
        Http2UpstreamStream reused = kept.pollFirst();
        Http2UpstreamStream opened = reused == null ? new Http2UpstreamStream(this) : reused;
        opened.begin();
        return opened;
    }

    private int streamsMax() {
        return Math.min(STREAMS_MAX, connection().local().maxActiveStreams());
    }

    /// Whether the connection may take calls, now or when others have ended.
    boolean isUsable() {
        return !isClosed
                && !isLeaving
                && context().channel().isActive()
                && connection().local().lastStreamCreated() < LAST_STREAM_ID;
    }

    boolean isIdle() {
        return connection().numActiveStreams() == 0;
    }

    /// Begins the stream with the head of a request.
    ///
    /// @return the stream, or null when the connection refuses it
    @Nullable
    Http2Stream writeHead(Http2UpstreamStream ours, Http2Headers head, boolean isEnd) {
        int id = connection().local().incrementAndGetNextStreamId();
        encoder().writeHeaders(context(), id, head, 0, isEnd, context().newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            stream.setProperty(streamKey, ours);
        }
        return stream;
    }

    void writeData(Http2Stream stream, ByteBuf data, boolean isEnd) {
        encoder().writeData(context(), stream.id(), data, 0, isEnd, context().newPromise());
    }

    void writeTrailers(Http2Stream stream, Http2Headers trailers) {
        encoder()
                .writeHeaders(
                        context(), stream.id(), trailers, 0, true, context().newPromise());
    }

    Http2RequestFields fields() {
        return fields;
    }

    boolean isWritable(Http2Stream stream) {
        return writability.isWritable(context(), stream);
    }

    private void onStreamWritable(Http2Stream stream) {
        Http2UpstreamStream ours = stream.getProperty(streamKey);
        if (ours != null && isWritable(stream)) {
            ours.onWritable();
        }
    }

    /// Nothing of the stream is ours any more.
    void forget(Http2Stream stream) {
        stream.removeProperty(streamKey);
    }

    /// Tells the upstream to stop working on the stream.
    void cancel(Http2Stream stream) {
        resetStream(context(), stream.id(), Http2Error.CANCEL.code(), context().newPromise());
        flushSoon();
    }

    /// A call that began at `beganNs` was given up. Where nothing at all has come since, for a while, nobody may be
    /// there:
    /// the next calls take another connection.
    void doubt(long beganNs) {
        if (lastReadNs - beganNs < 0 && System.nanoTime() - beganNs > SILENCE_NS) {
            isLeaving = true;
        }
    }

    /// Takes a stream object back that no call uses.
    void giveBack(Http2UpstreamStream ours) {
        if (kept.size() < STREAMS_KEPT_MAX) {
            kept.addFirst(ours);
        }
    }

    /// Opens the stream's window again for bytes that were held back.
    void consumed(Http2Stream stream, int bytes) {
        try {
            connection().local().flowController().consumeBytes(stream, bytes);
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
        flushSoon();
    }

    void run(Runnable later) {
        loop.eventLoop().execute(later);
    }

    // ---- reading

    /// What is ours of a stream, or null when it is none of ours any more.
    @Nullable
    Http2UpstreamStream streamOf(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : stream.getProperty(streamKey);
    }

    /// Remembers a stream that got some of its answer by this read.
    void touched(Http2UpstreamStream stream) {
        touched.add(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        isReading = true;
        lastReadNs = System.nanoTime();
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (Http2UpstreamStream stream : touched) {
            stream.onReadComplete();
        }
        touched.clear();
        isReading = false;
        super.channelReadComplete(ctx);
        writability.onFlushed(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        writability.onFlushed(ctx);
    }

    /// Lets what was written go out when the turn of the loop ends.
    void flushSoon() {
        if (!isReading && !isTurnEndComing) {
            isTurnEndComing = true;
            loop.eventLoop().execute(turnEnd);
        }
    }

    private void onTurnEnd() {
        isTurnEndComing = false;
        if (!isClosed) {
            flush(context());
            writability.onFlushed(context());
        }
    }

    // ---- the connection

    /// The upstream may take more calls than before.
    void onSettings() {
        pool.onRoom();
    }

    /// The upstream serves nothing beyond `lastStreamId`, and closes.
    private void leave(int lastStreamId) {
        isLeaving = true;
        try {
            connection().forEachActiveStream(stream -> {
                Http2UpstreamStream ours = stream.getProperty(streamKey);
                if (ours != null && stream.id() > lastStreamId) {
                    ours.wasNotProcessed();
                }
                return true;
            });
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    private void onStreamClosed(Http2Stream stream) {
        Http2UpstreamStream ours = stream.removeProperty(streamKey);
        if (ours != null) {
            ours.onClosed();
        }
        if (connection().numActiveStreams() == 0) {
            idleSinceNs = System.nanoTime();
        }
        // A task of its own: the stream counts as open until this one is done.
        loop.eventLoop().execute(this::onRoom);
    }

    private void onRoom() {
        if (isUsable()) {
            pool.onRoom();
        } else if (isIdle()) {
            close();
        }
    }

    /// Takes no more calls, and closes when those under way have ended.
    void retire() {
        isLeaving = true;
        if (isIdle()) {
            close();
        }
    }

    void close() {
        if (!isClosed) {
            isClosed = true;
            pool.forget(this);
            pool.closed();
            context().channel().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        isLeaving = true;
        super.channelInactive(ctx);
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        isLeaving = true;
        close();
    }

    /// An upstream that breaks the protocol is answered GOAWAY, and its calls fail as the connection closes.
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception fault) {
        isLeaving = true;
        super.onConnectionError(ctx, outbound, cause, fault);
        ctx.flush();
        close();
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context);
    }
}
