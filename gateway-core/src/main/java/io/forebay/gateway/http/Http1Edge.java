package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection of a client: heads in, one exchange at a time, answers out (RFC 9112).
///
/// Requests that a client sends ahead (pipelining) wait in a bounded buffer and are answered in their order, no faster
/// than the client takes the answers. A client that closes its sending side gets its answer if it comes within
/// [#HALF_CLOSED_NS]; then it counts as gone. Owned by one loop.
public final class Http1Edge extends ChannelInboundHandlerAdapter implements ClientStream, BodySink, Deadlines.Timed {
    static final long HEAD_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    static final long IDLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    static final long BODY_IDLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    static final long ANSWER_STUCK_NS = TimeUnit.MINUTES.toNanos(5);
    static final long HALF_CLOSED_NS = TimeUnit.SECONDS.toNanos(5);
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);
    static final int AHEAD_BYTES_MAX = 64 * 1024;
    static final int DRAINED_BYTES_MAX = 64 * 1024;

    private enum State {
        /// Between requests, or inside a head.
        HEAD,
        /// A request is being read or answered.
        EXCHANGE,
        /// The last answer is on its way out; what still comes is thrown away.
        FINISHING,
        /// The last answer is out and the client knows that nothing follows; we wait for it to close.
        LINGERING,
        CLOSED,
    }

    private final LoopContext loop;
    private final Exchange exchange;
    private final BodyReader body = new BodyReader();
    private final Backlog backlog = new Backlog();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outgoing outgoing;
    private @Nullable RequestHead head;
    private @Nullable ByteBuf ahead;
    private final RequestHandler handler;
    private final Connection connection;

    private State state = State.HEAD;
    private boolean isBodyPaused;
    private boolean isAnswerChunked;
    private boolean isAnswerUntilClose;
    private boolean closesAfterAnswer;
    private boolean isDraining;
    private boolean isInputClosed;
    private boolean isReadingAhead;
    private int drainedBytes;
    private long sinceNs;
    private int deadlineSlot = Deadlines.NONE;

    public Http1Edge(LoopContext loop, RequestHandler handler, Connection connection) {
        this.loop = loop;
        this.handler = handler;
        this.connection = connection;
        this.exchange = new Exchange(loop, handler, this, connection);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        assert loop.isCurrent();
        context = ctx;
        outgoing = new Outgoing(ctx);
        sinceNs = System.nanoTime();
        backlog.taken(sinceNs);
        loop.deadlines().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        close();
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (ahead != null) {
            keepAhead(in);
            in.release();
            return;
        }
        try {
            read(in);
        } finally {
            in.release();
        }
    }

    /// Reads until the bytes are used up or must wait.
    private void read(ByteBuf in) {
        while (in.isReadable()) {
            if (mustWait()) {
                keepAhead(in);
                return;
            }
            switch (state) {
                case HEAD -> readHead(in);
                case EXCHANGE -> {
                    if (!body.read(in, this)) {
                        onBrokenBody(body.malformed());
                    }
                }
                case FINISHING, LINGERING -> drop(in);
                case CLOSED -> in.skipBytes(in.readableBytes());
            }
        }
    }

    /// Whether what comes now waits: for the answer under way, for who takes the body, or for the client to take the
    /// answers that it has asked for.
    private boolean mustWait() {
        return switch (state) {
            case HEAD -> !isWritable();
            case EXCHANGE -> body.isDone() || isBodyPaused;
            case FINISHING, LINGERING, CLOSED -> false;
        };
    }

    private void readHead(ByteBuf in) {
        RequestHead reading = head;
        if (reading == null) {
            reading = loop.takeHead();
            head = reading;
            sinceNs = System.nanoTime();
        }
        int end = reading.read(in);
        if (end >= 0) {
            begin(reading);
        } else if (end == FieldLines.MALFORMED) {
            in.skipBytes(in.readableBytes());
            onMalformedHead(reading);
        }
    }

    private void begin(RequestHead complete) {
        head = null;
        state = State.EXCHANGE;
        closesAfterAnswer = isDraining || !complete.isKeepAlive();
        body.of(complete);
        sinceNs = System.nanoTime();
        if (!connection.trust().isStillTrusted(System.currentTimeMillis())) {
            loop.release(complete);
            finish();
            return;
        }
        exchange.begin(complete, sinceNs);
        if (connection.hosts().mayServe(complete)) {
            handler.onRequest(exchange);
        } else {
            handler.onMalformed(exchange, Malformed.MISDIRECTED);
        }
    }

    private void onMalformedHead(RequestHead broken) {
        head = null;
        Malformed reason = broken.fields().malformed();
        answerAndClose(broken, () -> handler.onMalformed(exchange, reason));
    }

    /// Answers a request whose head is not to be trusted; only its being there is.
    private void answerAndClose(RequestHead broken, Runnable answer) {
        broken.begin("GET", "/", "invalid");
        state = State.EXCHANGE;
        closesAfterAnswer = true;
        body.clear();
        exchange.begin(broken, System.nanoTime());
        answer.run();
    }

    private void onBrokenBody(Malformed reason) {
        closesAfterAnswer = true;
        body.clear();
        if (exchange.isAnswered()) {
            exchange.onClientGone();
            close();
            return;
        }
        exchange.brokenBody(() -> handler.onMalformed(exchange, reason));
    }

    private void keepAhead(ByteBuf in) {
        ByteBuf waiting = ahead;
        if (waiting == null) {
            waiting = channel().alloc().buffer(in.readableBytes());
            ahead = waiting;
        }
        waiting.writeBytes(in);
        if (state == State.HEAD || waiting.readableBytes() > AHEAD_BYTES_MAX) {
            channel().channel().config().setAutoRead(false);
        }
    }

    private void readAhead() {
        ByteBuf waiting = ahead;
        if (waiting != null && !mustWait()) {
            ahead = null;
            isReadingAhead = true;
            channel().channel().config().setAutoRead(true);
            try {
                read(waiting);
            } finally {
                isReadingAhead = false;
                waiting.release();
            }
            exchange.onReadComplete();
            checkInput();
        }
    }

    private void drop(ByteBuf in) {
        drainedBytes += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (drainedBytes > DRAINED_BYTES_MAX * 16) {
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        exchange.onReadComplete();
        flush();
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        sinceNs = System.nanoTime();
        if (exchange.isAnswerComplete()) {
            drainedBytes += bytes;
        }
        exchange.onBody(in, bytes);
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        exchange.onBodyEnd(trailers);
    }

    // ---- the client's side of the exchange

    @Override
    public void interim(ResponseHead interim) {
        if (exchange.head().minorVersion() == 1) {
            Http1AnswerWriter.interim(out(), interim);
        }
    }

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        RequestHead request = exchange.head();
        boolean hasLength = answer.contentLength() >= 0 || answer.isBodyless() || request.isHead();
        isAnswerChunked = !hasLength && hasBody && request.minorVersion() == 1;
        isAnswerUntilClose = !hasLength && hasBody && !isAnswerChunked;
        if (isAnswerUntilClose || !canDrainRequest()) {
            closesAfterAnswer = true;
        }
        Http1AnswerWriter.Persistence persistence = closesAfterAnswer
                ? Http1AnswerWriter.Persistence.CLOSES
                : request.minorVersion() == 0
                        ? Http1AnswerWriter.Persistence.STAYS_SAID
                        : Http1AnswerWriter.Persistence.STAYS;
        boolean needsLength = !hasLength && !hasBody;
        if (needsLength) {
            answer.contentLength(0);
        }
        Http1AnswerWriter.head(out(), exchange, answer, isAnswerChunked, persistence);
    }

    /// Whether what the client still sends of its request is little enough to be read and thrown away.
    private boolean canDrainRequest() {
        RequestHead request = exchange.head();
        return exchange.isRequestComplete()
                || (!request.expectsContinue()
                        && !request.isChunked()
                        && request.contentLength() - exchange.requestBytes() <= DRAINED_BYTES_MAX);
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        if (isAnswerChunked) {
            Chunks.data(out(), in, bytes);
        } else {
            out().append(in, bytes);
        }
    }

    @Override
    public void end(@Nullable FieldLines trailers) {
        if (isAnswerChunked) {
            Chunks.end(out(), trailers, AnswerLines.edits(exchange));
        }
        sinceNs = System.nanoTime();
        if (!exchange.isRequestComplete() && closesAfterAnswer) {
            finish();
            exchange.onRequestAbandoned();
        } else {
            readBody(true);
        }
    }

    /// A body that only the end of the connection delimits must not look complete, so the connection is reset.
    @Override
    public void abort() {
        requireNonNull(outgoing).discard();
        if (isAnswerUntilClose) {
            channel().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            channel().channel().unsafe().close(channel().newPromise());
        }
        close();
    }

    @Override
    public void exchangeEnded() {
        RequestHead done = exchange.takeHead();
        if (done != null) {
            loop.release(done);
        }
        drainedBytes = 0;
        sinceNs = System.nanoTime();
        if (state != State.EXCHANGE) {
            return;
        }
        if (closesAfterAnswer || (isInputClosed && ahead == null && !isReadingAhead)) {
            finish();
            return;
        }
        state = State.HEAD;
        if (ahead != null) {
            // A task of its own: an answer made at once must not deepen the stack with each pipelined request.
            loop.eventLoop().execute(this::readAhead);
        }
    }

    /// Sends what is left, says that nothing follows, and listens a little longer: to close at once would reset the
    /// connection under a client that is still sending, and the answer would be lost (RFC 9112 section 9.6).
    private void finish() {
        state = State.FINISHING;
        sinceNs = System.nanoTime();
        dropAhead();
        channel().channel().config().setAutoRead(true);
        flush();
        channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> linger());
    }

    private void linger() {
        if (state != State.FINISHING) {
            return;
        }
        if (isInputClosed) {
            close();
            return;
        }
        state = State.LINGERING;
        sinceNs = System.nanoTime();
        SslHandler tls = channel().pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (channel().channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    @Override
    public void flush() {
        requireNonNull(outgoing).flush();
    }

    @Override
    public boolean isWritable() {
        return channel().channel().isWritable();
    }

    @Override
    public void readBody(boolean isOn) {
        if (isBodyPaused == isOn) {
            isBodyPaused = !isOn;
            sinceNs = System.nanoTime();
            channel().channel().config().setAutoRead(isOn);
            if (isOn && ahead != null) {
                loop.eventLoop().execute(this::readAhead);
            }
        }
    }

    @Override
    public void sendContinue() {
        out().append("HTTP/1.1 100 Continue\r\n\r\n");
    }

    // ---- the connection

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sinceNs = System.nanoTime();
        if (!isWritable()) {
            return;
        }
        backlog.taken(sinceNs);
        if (state == State.EXCHANGE) {
            exchange.onWritable();
        } else if (ahead != null) {
            loop.eventLoop().execute(this::readAhead);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            onInputClosed();
        } else if (event == GoAway.DRAIN) {
            drain();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void onInputClosed() {
        isInputClosed = true;
        sinceNs = System.nanoTime();
        checkInput();
    }

    /// Ends what can no longer be completed because the client sends no more. Requests that have come whole are
    /// answered.
    private void checkInput() {
        if (!isInputClosed || ahead != null) {
            return;
        }
        switch (state) {
            case HEAD -> finish();
            case LINGERING -> close();
            case EXCHANGE -> {
                if (!exchange.isRequestComplete()) {
                    exchange.onClientGone();
                    close();
                }
            }
            case FINISHING, CLOSED -> {}
        }
    }

    /// Ends the connection after the exchange under way, or at once between exchanges.
    private void drain() {
        isDraining = true;
        closesAfterAnswer = true;
        if (state == State.HEAD && head == null && ahead == null) {
            finish();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        exchange.onClientGone();
        close();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The connection is over, and the access record says client-gone.
        ConnectionFault.report(cause);
        exchange.onClientGone();
        close();
    }

    @Override
    public void onSweep(long nowNs) {
        backlog.look(channel().channel(), nowNs);
        switch (state) {
            case HEAD -> onHeadSweep(nowNs);
            case EXCHANGE -> onExchangeSweep(nowNs);
            case FINISHING -> onIdleSweep(nowNs);
            case LINGERING -> closeAfter(LINGER_NS, nowNs - sinceNs);
            case CLOSED -> {}
        }
    }

    private void closeAfter(long limitNs, long quietNs) {
        if (quietNs > limitNs) {
            close();
        }
    }

    private void onHeadSweep(long nowNs) {
        RequestHead reading = head;
        if (reading == null) {
            onIdleSweep(nowNs);
        } else if (nowNs - sinceNs > HEAD_TIMEOUT_NS) {
            head = null;
            answerAndClose(reading, () -> handler.onHeadTimeout(exchange));
        }
    }

    /// A client that still takes its answer is not idle, however long that lasts.
    private void onIdleSweep(long nowNs) {
        if (backlog.isEmpty()) {
            closeAfter(IDLE_TIMEOUT_NS, nowNs - sinceNs);
        } else {
            sinceNs = nowNs;
            closeAfter(ANSWER_STUCK_NS, backlog.stuckNs(nowNs));
        }
    }

    private void onExchangeSweep(long nowNs) {
        boolean isTaking = !backlog.isEmpty();
        if (isTaking && exchange.isAnswerComplete()) {
            sinceNs = nowNs;
        }
        long quietNs = nowNs - sinceNs;
        boolean isHalfClosedTooLong = isInputClosed && !exchange.isAnswered() && !isTaking && quietNs > HALF_CLOSED_NS;
        boolean isBodyTooSlow = !exchange.isRequestComplete() && !isBodyPaused && quietNs > BODY_IDLE_TIMEOUT_NS;
        boolean isWaitingForClient = exchange.isAnswerComplete() || (exchange.isAnswered() && !isWritable());
        boolean isAnswerStuck = isWaitingForClient && isTaking && backlog.stuckNs(nowNs) > ANSWER_STUCK_NS;
        if (isHalfClosedTooLong || isBodyTooSlow || isAnswerStuck) {
            exchange.onClientGone();
            close();
        } else {
            exchange.onSweep(nowNs);
        }
    }

    private void dropAhead() {
        if (ahead != null) {
            ahead.release();
            ahead = null;
        }
    }

    private void close() {
        if (deadlineSlot == Deadlines.NONE) {
            return;
        }
        state = State.CLOSED;
        loop.deadlines().remove(this);
        requireNonNull(outgoing).discard();
        dropAhead();
        if (head != null) {
            loop.release(head);
            head = null;
        }
        channel().close();
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }

    private Outgoing out() {
        return requireNonNull(outgoing);
    }

    private ChannelHandlerContext channel() {
        return requireNonNull(context);
    }
}
