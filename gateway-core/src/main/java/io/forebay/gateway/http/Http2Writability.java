package io.forebay.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Which streams of one HTTP/2 connection take more data. Netty counts what waits on all streams against the window of
/// the connection, so that a few whose peer takes nothing would hold up all others for ever; here a stream also takes
/// more once nothing of its own waits. One a connection, on its loop.
final class Http2Writability {
    private final Http2RemoteFlowController windows;
    private final Consumer<Http2Stream> onWritable;
    private final ArrayList<Http2Stream> waiting = new ArrayList<>();

    /// @param onWritable is told of a stream that was found full and takes more again
    Http2Writability(Http2RemoteFlowController windows, Consumer<Http2Stream> onWritable) {
        this.windows = windows;
        this.onWritable = onWritable;
    }

    /// Whether the stream takes more; if not, it is told of when it does.
    boolean isWritable(ChannelHandlerContext context, Http2Stream stream) {
        boolean isWritable = takesMore(context, stream);
        if (!isWritable && !waiting.contains(stream)) {
            waiting.add(stream);
        }
        return isWritable;
    }

    private boolean takesMore(ChannelHandlerContext context, Http2Stream stream) {
        return windows.isWritable(stream) || (context.channel().isWritable() && !windows.hasFlowControlled(stream));
    }

    /// What could be written was written.
    void onFlushed(ChannelHandlerContext context) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Http2Stream stream = waiting.get(i);
            boolean isClosed = stream.state() == Http2Stream.State.CLOSED;
            if (isClosed || takesMore(context, stream)) {
                waiting.remove(i);
                if (!isClosed) {
                    onWritable.accept(stream);
                }
            }
        }
    }
}
