package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What both sides of the gateway do with an HTTP/2 connection (RFC 9113): Netty frames, compresses and counts
/// windows; the streams' state is ours, without a channel a stream. Whatever the streams write during one turn of the
/// loop leaves in one flush at its end, which is where HTTP/2 wins or loses. Owned by one loop.
///
/// @param <S> what is ours of a stream; kept for another when it has served one
public abstract class Http2LoopConnection<S extends Http2LoopConnection.Stream> extends Http2ConnectionHandler {
    private static final int STREAMS_KEPT_MAX = 16;

    private final LoopContext loop;
    private final int windowBytes;
    private final Http2Connection.PropertyKey streamKey;
    private final Http2Writability writability;
    private final ArrayDeque<S> kept = new ArrayDeque<>();
    private final ArrayList<S> touched = new ArrayList<>();
    private final Runnable turnEnd = this::onTurnEnd;
    private @Nullable ChannelHandlerContext context;
    private boolean isReading;
    private boolean isTurnEndComing;

    /// What is ours of one stream.
    public interface Stream {
        /// The bytes of one read have all been delivered.
        void onReadComplete();

        /// The other side takes more.
        void onWritable();
    }

    /// @param windowBytes what all streams together may send ahead; never less than the 65,535 of RFC 9113
    @SuppressWarnings("this-escape") // nothing calls back before the handler is in a pipeline
    protected Http2LoopConnection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            LoopContext loop,
            int windowBytes) {
        super(decoder, encoder, settings, true);
        this.windowBytes = windowBytes;
        this.loop = loop;
        this.streamKey = connection().newKey();
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                S ours = stream.removeProperty(streamKey);
                Http2LoopConnection.this.onStreamClosed(ours);
            }
        });
        this.writability = new Http2Writability(encoder.flowController(), this::onStreamWritable);
        encoder.flowController().listener(this::onStreamWritable);
    }

    /// The state of a new connection. Streams share it evenly: RFC 9113 took the priority tree out, and it costs.
    protected static Http2Connection state(boolean isServer) {
        return new Counted(isServer);
    }

    private static final class Counted extends DefaultHttp2Connection {
        private final UnsentBytes unsent;

        Counted(boolean isServer) {
            super(isServer);
            unsent = new UnsentBytes(this);
            remote().flowController(new Windows(this, unsent));
        }
    }

    /// The windows of the other side. One that its SETTINGS make overflow is the connection's fault (RFC 9113 section
    /// 6.9.2); for Netty it is the stream's, and the windows of the other streams would be left as they were.
    private static final class Windows extends DefaultHttp2RemoteFlowController {
        Windows(Http2Connection connection, StreamByteDistributor distributor) {
            super(connection, distributor);
        }

        @Override
        public void initialWindowSize(int bytes) throws Http2Exception {
            try {
                super.initialWindowSize(bytes);
            } catch (Http2Exception.StreamException e) {
                throw Http2Exception.connectionError(e.error(), e, "%s", e.getMessage());
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        assert loop.isCurrent();
        context = ctx;
        super.handlerAdded(ctx);
        Http2LocalFlowController windows = connection().local().flowController();
        Http2Stream whole = connection().connectionStream();
        windows.incrementWindowSize(whole, windowBytes - windows.windowSize(whole));
        flush(ctx);
    }

    /// A stream is closed.
    ///
    /// @param ours what is ours of it, or null when it was none of ours any more
    protected abstract void onStreamClosed(@Nullable S ours);

    /// Whether anything can still be written.
    protected abstract boolean isOpen();

    // ---- what is ours of a stream

    protected final void attach(Http2Stream stream, S ours) {
        stream.setProperty(streamKey, ours);
    }

    /// Nothing of the stream is ours any more.
    public final void forget(Http2Stream stream) {
        stream.removeProperty(streamKey);
    }

    /// What is ours of a stream, or null when it is none of ours any more.
    public final @Nullable S streamOf(int streamId) {
        Http2Stream stream = connection().stream(streamId);
        return stream == null ? null : stream.getProperty(streamKey);
    }

    /// Does something with what is ours of each stream that is open.
    protected final void eachStream(Consumer<S> action) {
        for (Http2Stream stream : activeStreams()) {
            S ours = stream.getProperty(streamKey);
            if (ours != null) {
                action.accept(ours);
            }
        }
    }

    /// A copy: what is done with one may close it.
    private List<Http2Stream> activeStreams() {
        List<Http2Stream> active = new ArrayList<>();
        try {
            connection().forEachActiveStream(active::add);
        } catch (Http2Exception e) {
            throw new IllegalStateException("a list was refused a stream", e);
        }
        return active;
    }

    /// One that has served a stream and may serve another, or null.
    protected final @Nullable S takeKept() {
        return kept.pollFirst();
    }

    /// Takes one that may serve another stream.
    public final void keep(S ours) {
        if (kept.size() < STREAMS_KEPT_MAX) {
            kept.addFirst(ours);
        }
    }

    // ---- turns

    /// Remembers a stream that got some of its body by this read.
    public final void touched(S stream) {
        touched.add(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        isReading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (S stream : touched) {
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
    public final void flushSoon() {
        if (!isReading && !isTurnEndComing) {
            isTurnEndComing = true;
            loop.eventLoop().execute(turnEnd);
        }
    }

    private void onTurnEnd() {
        isTurnEndComing = false;
        if (isOpen()) {
            flush(context());
            writability.onFlushed(context());
        }
    }

    // ---- windows

    /// Whether the stream takes more; when it does again, it hears [Stream#onWritable()].
    public final boolean isWritable(Http2Stream stream) {
        return writability.isWritable(context(), stream);
    }

    /// What of the stream was written and has not left, in bytes.
    public final long unsentBytes(Http2Stream stream) {
        return connection() instanceof Counted state ? state.unsent.bytes(stream) : 0;
    }

    private void onStreamWritable(Http2Stream stream) {
        S ours = stream.getProperty(streamKey);
        if (ours != null && isWritable(stream)) {
            ours.onWritable();
        }
    }

    /// Opens the stream's window again for bytes that were held back.
    public final void consumed(Http2Stream stream, int bytes) {
        try {
            connection().local().flowController().consumeBytes(stream, bytes);
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
        flushSoon();
    }

    protected final LoopContext loop() {
        return loop;
    }

    protected final ChannelHandlerContext context() {
        return requireNonNull(context);
    }
}
