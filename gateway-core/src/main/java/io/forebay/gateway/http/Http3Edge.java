package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.overload.OverloadStage;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.DefaultHttp3GoAwayFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One HTTP/3 connection of a client (RFC 9114), whose QUIC handshake is done: one [Http3ClientStream] a request, and
/// an end in good order. Netty frames, compresses, and counts windows. Owned by one loop.
public final class Http3Edge extends ChannelInboundHandlerAdapter implements Deadlines.Timed {
    /// The highest that a GOAWAY can name (RFC 9114 section 5.2).
    private static final long LAST_STREAM_ID = (1L << 62) - 4;

    private final LoopContext loop;
    private final RequestHandler handler;
    private final Connection connection;
    private final Http2AnswerFields fields = new Http2AnswerFields();
    private final Http3Headers section = new DefaultHttp3Headers(false);
    private final Http3Nuisance nuisance = new Http3Nuisance();
    private final List<Http3ClientStream> streams = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;

    /// The first request stream that is not served any more.
    private long endStreamId = Long.MAX_VALUE;

    private long nextStreamId;
    private boolean isLeaving;
    private long drainingSinceNs;
    private long quietSinceNs;
    private int deadlineSlot = Deadlines.NONE;

    private Http3Edge(LoopContext loop, RequestHandler handler, Connection connection) {
        this.loop = loop;
        this.handler = handler;
        this.connection = connection;
    }

    /// Makes the rest of the pipeline speak HTTP/3.
    public static void add(ChannelPipeline pipeline, LoopContext loop, RequestHandler handler, Connection connection) {
        Http3Edge edge = new Http3Edge(loop, handler, connection);
        ChannelInitializer<QuicStreamChannel> requests = new ChannelInitializer<>() {
            @Override
            protected void initChannel(QuicStreamChannel stream) {
                edge.begin(stream);
            }
        };
        pipeline.addLast(new Http3ServerConnectionHandler(requests, null, null, Http3Limits.settings(), true));
        pipeline.addLast(edge);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        assert loop.isCurrent();
        context = ctx;
        quietSinceNs = System.nanoTime();
        loop.deadlines().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.deadlines().remove(this);
        loop.clientEnds().ended(connection.addresses());
        ctx.fireChannelInactive();
    }

    // ---- streams

    private void begin(QuicStreamChannel channel) {
        nextStreamId = Math.max(nextStreamId, channel.streamId() + 4);
        if (streams.size() >= Http3Limits.STREAMS_MAX) {
            // Streams that the client has stopped leave room for others sooner than their requests end.
            channel.shutdown(Http3ErrorCode.H3_REQUEST_REJECTED.code());
            channel.close();
            onReset();
            return;
        }
        Http3FrameBounds bounds = new Http3FrameBounds();
        channel.pipeline().addFirst(bounds);
        Http3ClientStream stream = new Http3ClientStream(this, loop, handler, connection, channel, bounds);
        streams.add(stream);
        channel.pipeline().addLast(stream);
    }

    void onClosed(Http3ClientStream stream, boolean isCutShort) {
        streams.remove(stream);
        if (isCutShort && nuisance.isWornOut()) {
            endAt(nextStreamId);
        }
    }

    /// Whether a request on this stream may begin: the connection is not at its end, and its client still trusted.
    boolean mayBegin(long streamId) {
        if (streamId < endStreamId && !connection.trust().isStillTrusted(System.currentTimeMillis())) {
            endAt(streamId);
        }
        if (loop.overload().isOn(OverloadStage.DISABLE_KEEPALIVE)) {
            beLast();
        }
        return streamId < endStreamId;
    }

    /// A frame came that means no work.
    void onIdleFrame() {
        if (nuisance.isIdleFrameTooMany(System.nanoTime())) {
            close(Http3ErrorCode.H3_EXCESSIVE_LOAD);
        }
    }

    /// The client has reset a stream.
    void onReset() {
        if (nuisance.isResetTooMany(System.nanoTime())) {
            close(Http3ErrorCode.H3_EXCESSIVE_LOAD);
        }
    }

    /// A stream has ended within a frame: the connection is not to be trusted any more (RFC 9114 section 7.1).
    void onCutFrame() {
        close(Http3ErrorCode.H3_FRAME_ERROR);
    }

    private void eachStream(Consumer<Http3ClientStream> action) {
        List.copyOf(streams).forEach(action);
    }

    // ---- what is written

    Http2AnswerFields fields() {
        return fields;
    }

    /// The same section in the words of HTTP/3; valid until the next call, and written before that.
    Http3Headers section(Http2Headers of) {
        section.clear();
        section.add(of);
        return section;
    }

    // ---- the connection

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == GoAway.DRAIN) {
            drain();
        } else if (event == GoAway.CLOSE) {
            eachStream(Http3ClientStream::giveUp);
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Says first that the end is near, and a while later which request was the last, so that none that was already on
    /// its way is lost (RFC 9114 section 5.2).
    private void beLast() {
        if (drainingSinceNs == 0) {
            drainingSinceNs = System.nanoTime();
            goAway(LAST_STREAM_ID);
        }
    }

    /// The same, and what would go on for as long as both sides like ends too.
    private void drain() {
        beLast();
        if (!isLeaving) {
            isLeaving = true;
            eachStream(Http3ClientStream::onGoAway);
        }
    }

    /// Takes no request from this stream on, and closes when those before are answered.
    private void endAt(long streamId) {
        if (endStreamId == Long.MAX_VALUE) {
            endStreamId = streamId;
            goAway(streamId);
        }
    }

    private void goAway(long streamId) {
        QuicStreamChannel control = Http3.getLocalControlStream(channel());
        if (control != null) {
            control.writeAndFlush(new DefaultHttp3GoAwayFrame(streamId));
        }
    }

    private void close(Http3ErrorCode why) {
        ((QuicChannel) channel()).close(true, why.code(), Unpooled.EMPTY_BUFFER);
    }

    private Channel channel() {
        return requireNonNull(context).channel();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The connection is over, and so is each exchange.
        Http3Faults.report(cause);
        ctx.close();
    }

    @Override
    public void onSweep(long nowNs) {
        if (drainingSinceNs != 0 && nowNs - drainingSinceNs > Http3Limits.DRAIN_NOTICE_NS) {
            endAt(nextStreamId);
        }
        if (!streams.isEmpty()) {
            quietSinceNs = nowNs;
        } else if (endStreamId != Long.MAX_VALUE) {
            close(Http3ErrorCode.H3_NO_ERROR);
        } else if (nowNs - quietSinceNs > connection.traffic().timeouts().idleNs()) {
            goAway(nextStreamId);
            close(Http3ErrorCode.H3_NO_ERROR);
        }
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
