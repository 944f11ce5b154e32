package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// Hears of each frame that a client sends, after Netty has checked it against the state of its stream, and brings it
/// to the stream it is for. A client that sends more frames that mean no work than any honest one does is sent away.
final class Http2Frames implements Http2FrameListener {
    private final Http2Edge edge;
    private long controlSinceNs;
    private int controlFrames;
    private int windowUpdates;
    /// Beyond what every client may send a second: paid for by the answers that it was sent, once.
    private long extraUpdates;

    Http2Frames(Http2Edge edge) {
        this.edge = edge;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean isEnd) {
        edge.onFrame();
        Http2ClientStream stream = edge.streamOf(streamId);
        int taken = stream == null ? data.readableBytes() : stream.onData(data, isEnd);
        return taken + padding;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean isEnd) {
        edge.onFrame();
        Http2ClientStream stream = edge.streamOf(streamId);
        if (stream == null) {
            edge.onHead(streamId, headers, isEnd);
        } else {
            stream.onTrailers(headers);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean isEnd) {
        onHeadersRead(ctx, streamId, headers, padding, isEnd);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext ctx, int streamId, int streamDependency, short weight, boolean exclusive)
            throws Http2Exception {
        onControlFrame();
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        // The stream closes next, which tells its exchange.
        edge.onFrame();
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        onControlFrame();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        onControlFrame();
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long content) throws Http2Exception {
        onControlFrame();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long content) throws Http2Exception {
        onControlFrame();
        edge.onPingAnswer(content);
    }

    @Override
    public void onPushPromiseRead(
            ChannelHandlerContext ctx, int streamId, int promisedStreamId, Http2Headers headers, int padding) {
        // Netty has refused it: a client cannot push.
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf content)
            throws Http2Exception {
        // The client finishes what is under way and closes.
        onControlFrame();
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowBytes) throws Http2Exception {
        edge.onFrame();
        renew(System.nanoTime());
        boolean isExtra = ++windowUpdates > Http2Limits.CONTROL_FRAMES_MAX;
        if (isExtra && ++extraUpdates > edge.answerBytes() / Http2Limits.BYTES_PER_WINDOW_UPDATE) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many window updates");
        }
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        onControlFrame();
    }

    /// A frame has come that means nothing any more.
    void onDroppedFrame() throws Http2Exception {
        onControlFrame();
    }

    private void onControlFrame() throws Http2Exception {
        edge.onFrame();
        renew(System.nanoTime());
        if (++controlFrames > Http2Limits.CONTROL_FRAMES_MAX) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many control frames");
        }
    }

    private void renew(long nowNs) {
        if (nowNs - controlSinceNs > Http2Limits.CONTROL_WINDOW_NS) {
            controlSinceNs = nowNs;
            controlFrames = 0;
            windowUpdates = 0;
        }
    }
}
