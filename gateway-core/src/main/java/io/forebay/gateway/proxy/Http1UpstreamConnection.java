package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.BodyReader;
import io.forebay.gateway.http.BodySink;
import io.forebay.gateway.http.Chunks;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.Outgoing;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.mesh.resilience.ConnectionCounts.End;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to an endpoint (RFC 9112). It serves one call at a time and rests in its [EndpointPool]
/// between calls. Owned by the loop of its pool.
final class Http1UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamStream {
    private final EndpointPool pool;
    private final ConnectionLife life;
    private final ResponseHead head = new ResponseHead();
    private final BodyReader body = new BodyReader();
    private final BodySink answer = new Answer();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outgoing outgoing;
    private @Nullable UpstreamTry call;
    private @Nullable ByteBuf reading;
    private HeaderEdits edits = HeaderEdits.NONE;
    private boolean isChunked;
    private boolean isToHead;
    private boolean isUpgrade;
    private boolean isSwitched;
    private boolean isInAnswer;
    private boolean isReused;
    private boolean isTls;
    /// Whether its TLS has said that nothing follows.
    private boolean isEndTold;
    /// Whether its server has ended it.
    private boolean isEnded;
    private boolean isClosed;

    Http1UpstreamConnection(EndpointPool pool) {
        this.pool = pool;
        this.life = pool.newLife();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        isTls = ctx.pipeline().get(SslHandler.class) != null;
        outgoing = new Outgoing(ctx);
    }

    boolean isUsable() {
        return !isClosed && channel().channel().isActive();
    }

    ConnectionLife life() {
        return life;
    }

    /// It lies in the pool from now on. The upstream may close it while it does, also one that has served nobody yet.
    void rests(long nowNs) {
        isReused = true;
        life.rests(nowNs);
    }

    // ---- the request

    @Override
    public void attach(UpstreamTry next) {
        assert call == null;
        call = next;
        life.begins();
        head.clear();
        body.clear();
        isInAnswer = false;
        isSwitched = false;
    }

    @Override
    public void sendHead(Exchange exchange, HeaderEdits headerEdits) {
        edits = headerEdits;
        isChunked = exchange.head().isChunked();
        isToHead = exchange.head().isHead();
        isUpgrade = exchange.head().isUpgrade();
        RequestHeadWriter.write(outgoing(), exchange, headerEdits);
    }

    @Override
    public void sendBody(ByteBuf in, int bytes) {
        if (isChunked) {
            Chunks.data(outgoing(), in, bytes);
        } else {
            outgoing().append(in, bytes);
        }
    }

    @Override
    public void sendEnd(@Nullable FieldLines trailers) {
        if (isChunked) {
            Chunks.end(outgoing(), trailers, edits);
        } else if (isSwitched) {
            flush();
            channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> Outgoing.close(channel()));
        }
    }

    @Override
    public void flush() {
        outgoing().flush();
    }

    @Override
    public boolean isWritable() {
        return channel().channel().isWritable();
    }

    @Override
    public long unsentBytes() {
        return Outgoing.heldBytes(channel());
    }

    // ---- the answer

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        UpstreamTry current = call;
        reading = in;
        try {
            if (current == null) {
                // Nobody asked for these bytes.
                pool.forget(this);
                close(End.UPSTREAM);
            } else {
                read(in, current);
            }
        } finally {
            reading = null;
            in.release();
        }
    }

    /// Reads for `current` until the bytes are used up or the call is over.
    private void read(ByteBuf in, UpstreamTry current) {
        current.onBytes();
        while (in.isReadable() && isServing(current)) {
            if (isInAnswer) {
                if (!body.read(in, answer)) {
                    current.onMalformed(body.malformed().reason());
                }
            } else if (!readHead(in, current)) {
                return;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very call, not one like it
    private boolean isServing(UpstreamTry asked) {
        return call == asked;
    }

    private boolean readHead(ByteBuf in, UpstreamTry current) {
        int end = head.read(in);
        if (end < 0) {
            if (ResponseHead.isMalformed(end)) {
                current.onMalformed(head.malformed().reason());
            }
            return false;
        }
        if (head.isInterim()) {
            return readInterim(current);
        }
        isInAnswer = true;
        long keptSeconds = head.keepAliveSeconds();
        if (keptSeconds >= 0) {
            pool.told(life, keptSeconds);
        }
        body.of(head, isToHead);
        boolean hasBody = !body.isDone();
        current.onAnswerHead(head, hasBody);
        if (!hasBody && isServing(current)) {
            current.onAnswerEnd(null);
        }
        return true;
    }

    private boolean readInterim(UpstreamTry current) {
        if (head.status() == 101) {
            return switchProtocols(current);
        }
        current.onInterim(head);
        head.clear();
        return isServing(current);
    }

    private boolean switchProtocols(UpstreamTry current) {
        if (!isUpgrade) {
            current.onMalformed("unexpected-101");
            return false;
        }
        isInAnswer = true;
        isSwitched = true;
        body.ofSwitched();
        current.onSwitched(head);
        return isServing(current);
    }

    /// The body of the answer, without its framing; for nobody once its call is over.
    private final class Answer implements BodySink {
        @Override
        public void onBody(ByteBuf in, int bytes) {
            UpstreamTry current = call;
            if (current == null) {
                in.skipBytes(bytes);
            } else {
                current.onAnswerBody(in, bytes);
            }
        }

        @Override
        public void onBodyEnd(@Nullable FieldLines trailers) {
            UpstreamTry current = call;
            if (current != null) {
                current.onAnswerEnd(trailers);
            }
        }
    }

    @Override
    public void readAnswer(boolean isOn) {
        if (channel().channel().config().isAutoRead() != isOn) {
            channel().channel().config().setAutoRead(isOn);
        }
    }

    @Override
    public boolean isAnswerStarted() {
        return head.isStarted();
    }

    @Override
    public boolean isReused() {
        return isReused;
    }

    /// Back to the pool, or closed when the connection cannot serve another call. Bytes that follow the answer are not
    /// to be trusted: the next call's answer could be forged with them.
    @Override
    public void detach(boolean isWhole) {
        call = null;
        boolean isExact = reading == null || !reading.isReadable();
        boolean isKept = head.isKeepAlive() && !body.endsWithConnection();
        if (isWhole && isKept && isExact && isUsable() && !pool.isSpent(life)) {
            isReused = true;
            readAnswer(true);
            pool.release(this);
        } else if (isWhole) {
            close(isKept && isExact && isUsable() ? End.SPENT : End.UPSTREAM);
        } else {
            close(End.GATEWAY);
        }
    }

    // ---- the connection

    /// @param why unless its server has ended it
    void close(End why) {
        if (!isClosed) {
            isClosed = true;
            outgoing().discard();
            pool.closed(life, isEnded ? End.UPSTREAM : why);
            channel().close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamTry current = call;
        if (current != null) {
            current.onReadTurn();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamTry current = call;
        if (current != null && isWritable()) {
            current.onUpstreamWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isEnded = true;
        UpstreamTry current = call;
        if (current == null) {
            pool.forget(this);
        } else if (isInAnswer && body.endsWithConnection() && isEndWhole()) {
            current.onAnswerEnd(null);
        } else {
            current.onUpstreamClosed(false);
        }
        close(End.UPSTREAM);
    }

    /// Whether the end of the connection is one that its other side meant. In TLS it says so (RFC 9112, section
    /// 9.8): anybody on the way can end the TCP below it. A protocol that was switched to has its own ways.
    private boolean isEndWhole() {
        return !isTls || isEndTold || isSwitched;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            isEndTold = true;
        }
        ctx.fireUserEventTriggered(event);
    }

    /// The connection broke rather than ended: a body that only its end delimits is incomplete.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        isEnded = true;
        UpstreamTry current = call;
        if (current != null) {
            current.onUpstreamClosed(false);
        }
        pool.forget(this);
        close(End.UPSTREAM);
    }

    private Outgoing outgoing() {
        return requireNonNull(outgoing);
    }

    private ChannelHandlerContext channel() {
        return requireNonNull(context);
    }
}
