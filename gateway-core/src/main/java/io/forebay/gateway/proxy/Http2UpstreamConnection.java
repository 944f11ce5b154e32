package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Http2LoopConnection;
import io.forebay.gateway.http.Http2RequestFields;
import io.forebay.gateway.http.LoopContext;
import io.forebay.mesh.resilience.ConnectionCounts.End;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to an endpoint (RFC 9113), which serves as many calls at a time as both sides allow.
///
/// A call that does not take its answer closes the window of its own stream only. Owned by the loop of its pool.
final class Http2UpstreamConnection extends Http2LoopConnection<Http2UpstreamStream> {
    /// Calls at a time, also where the upstream would take more.
    static final int STREAMS_MAX = 100;

    private static final int STREAM_WINDOW_BYTES = 64 * 1024;
    private static final int WINDOW_BYTES = 1024 * 1024;
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HEAD_BYTES_MAX = 128 * 1024;
    /// A connection whose stream numbers come to their end is given up before.
    private static final int LAST_STREAM_ID = Integer.MAX_VALUE - 2;

    private final EndpointPool pool;
    private final ConnectionLife life;
    private final Http2RequestFields fields;
    /// Why it takes no more calls, or null while it does.
    private @Nullable End leavesFor;
    private boolean isClosed;
    private long lastReadNs;

    private Http2UpstreamConnection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Builder parts) {
        super(decoder, encoder, settings, parts.loop, WINDOW_BYTES);
        this.pool = parts.pool;
        this.life = parts.pool.newLife();
        this.fields = new Http2RequestFields(parts.isTls);
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
                leave(lastStreamId);
            }
        });
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
            Http2Connection state = state(false);
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
        lastReadNs = System.nanoTime();
        super.handlerAdded(ctx);
    }

    ConnectionLife life() {
        return life;
    }

    // ---- streams

    /// A stream for one more call, or null when the connection takes none now.
    @Nullable
    UpstreamStream openStream() {
        boolean isFull = connection().local().numActiveStreams() >= streamsMax();
        if (isFull || !isUsable()) {
            return null;
        }
        if (pool.isSpent(life)) {
            leaves(End.SPENT);
            // A task of its own: the pool is in the middle of choosing among its connections.
            run(this::onRoom);
            return null;
        }
        life.begins();
        Http2UpstreamStream reused = takeKept();
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
                && leavesFor == null
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
            attach(stream, ours);
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

    /// Tells the upstream to stop working on the stream.
    void cancel(Http2Stream stream) {
        resetStream(context(), stream.id(), Http2Error.CANCEL.code(), context().newPromise());
        flushSoon();
    }

    /// A call that began at `beganNs` was given up. Where nothing at all has come since, for a while, nobody may be
    /// there, and the next calls take another connection.
    void doubt(long beganNs) {
        if (lastReadNs - beganNs < 0 && System.nanoTime() - beganNs > SILENCE_NS) {
            leaves(End.UPSTREAM);
        }
    }

    void run(Runnable later) {
        loop().eventLoop().execute(later);
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        lastReadNs = System.nanoTime();
        super.channelRead(ctx, message);
    }

    // ---- the connection

    /// The upstream may take more calls than before.
    void onSettings() {
        pool.onRoom();
    }

    private void leaves(End why) {
        if (leavesFor == null) {
            leavesFor = why;
        }
    }

    /// The upstream serves nothing beyond `lastStreamId`, and closes.
    private void leave(int lastStreamId) {
        leaves(End.UPSTREAM);
        try {
            connection().forEachActiveStream(stream -> {
                Http2UpstreamStream ours = streamOf(stream.id());
                if (ours != null && stream.id() > lastStreamId) {
                    ours.wasNotProcessed();
                }
                return true;
            });
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    @Override
    protected void onStreamClosed(@Nullable Http2UpstreamStream ours) {
        if (ours != null) {
            ours.onClosed();
        }
        if (connection().numActiveStreams() == 0) {
            life.rests(System.nanoTime());
        }
        // A task of its own: the stream counts as open until this one is done.
        run(this::onRoom);
    }

    @Override
    protected boolean isOpen() {
        return !isClosed;
    }

    private void onRoom() {
        if (isUsable()) {
            pool.onRoom();
        } else if (isIdle()) {
            close();
        }
    }

    /// Takes no more calls, and closes when those under way have ended.
    void retire(End why) {
        leaves(why);
        if (isIdle()) {
            close();
        }
    }

    void close() {
        if (!isClosed) {
            isClosed = true;
            pool.forget(this);
            pool.closed(life, leavesFor == null ? End.GATEWAY : leavesFor);
            context().channel().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        leaves(End.UPSTREAM);
        super.channelInactive(ctx);
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        leaves(End.UPSTREAM);
        close();
    }

    /// An upstream that breaks the protocol is answered GOAWAY, and its calls fail as the connection closes.
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception fault) {
        leaves(End.UPSTREAM);
        super.onConnectionError(ctx, outbound, cause, fault);
        ctx.flush();
        close();
    }
}
