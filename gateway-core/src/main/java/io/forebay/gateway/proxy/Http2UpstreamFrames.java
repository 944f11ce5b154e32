package io.forebay.gateway.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/// Hears of each frame that an upstream sends, after Netty has checked it against the state of its stream, and brings
/// it to the stream it is for.
final class Http2UpstreamFrames extends Http2FrameAdapter {
    private final Http2UpstreamConnection connection;

    Http2UpstreamFrames(Http2UpstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean isEnd) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        int taken = stream == null ? data.readableBytes() : stream.onData(data, isEnd);
        return taken + padding;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean isEnd) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        if (stream != null) {
            stream.onHeaders(headers, isEnd);
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

    /// The stream closes next, which tells its call.
    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2UpstreamStream stream = connection.streamOf(streamId);
        if (stream != null && errorCode == Http2Error.REFUSED_STREAM.code()) {
            stream.wasNotProcessed();
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        connection.onSettings();
    }
}
