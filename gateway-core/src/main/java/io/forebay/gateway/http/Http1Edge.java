package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.overload.OverloadStage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection of a client (RFC 9112): heads in, one [Http1ClientStream] turn a request, and an end in good
/// order.
///
/// Requests that a client sends ahead (pipelining) wait in a bounded buffer and are answered in their order, no faster
/// than the client takes the answers. A client that closes its sending side gets its answer if it comes within
/// [ClientLimits#HALF_CLOSED_NS]; then it counts as gone. Owned by one loop.
public final class Http1Edge extends ChannelInboundHandlerAdapter implements Deadlines.Timed, HeaviestStreams.Heavy {
    /// What still comes after the last answer, before the connection is closed at once.
    private static final int DROPPED_BYTES_MAX = 1024 * 1024;

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
    private final Ahead ahead = new Ahead();
    private final Http1Clock clock;
    private final RequestHandler handler;
    private final Connection connection;
    private final boolean isHandedOn;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http1ClientStream stream;
    private @Nullable RequestHead head;

    private State state = State.HEAD;
    private boolean isDraining;
    private boolean mayBeAskedLate;
    private boolean isInputClosed;
    private int droppedBytes;
    private int deadlineSlot = Deadlines.NONE;

    public Http1Edge(LoopContext loop, RequestHandler handler, Connection connection) {
        this(loop, handler, connection, false);
    }

    private Http1Edge(LoopContext loop, RequestHandler handler, Connection connection, boolean isHandedOn) {
        this.loop = loop;
        this.handler = handler;
        this.connection = connection;
        this.isHandedOn = isHandedOn;
        this.clock = new Http1Clock(connection.traffic().timeouts());
    }

    /// For another process of the gateway, which hands on what it has taken from clients: its heads may have as much as
    /// theirs, and what it adds.
    public static Http1Edge ofHandedOn(LoopContext loop, RequestHandler handler, Connection connection) {
        return new Http1Edge(loop, handler, connection, true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        assert loop.isCurrent();
        context = ctx;
        stream = new Http1ClientStream(this, ctx, loop, handler, connection, clock);
        clock.onTaken();
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
        try {
            if (ahead.isEmpty()) {
                read(in);
            } else {
                keepAhead(in);
            }
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
                case EXCHANGE -> stream().read(in);
                case FINISHING, LINGERING -> drop(in);
                case CLOSED -> in.skipBytes(in.readableBytes());
            }
        }
    }

    /// Whether what comes now waits: for the turn under way, or for the client to take the answers that it has asked
    /// for.
    private boolean mustWait() {
        return switch (state) {
            case HEAD -> !stream().isWritable();
            case EXCHANGE -> stream().mustWait();
            case FINISHING, LINGERING, CLOSED -> false;
        };
    }

    private void readHead(ByteBuf in) {
        RequestHead reading = head;
        if (reading == null) {
            reading = isHandedOn ? RequestHead.handedOn() : loop.takeHead();
            head = reading;
            clock.restart();
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
        long nowNs = clock.restart();
        if (!connection.trust().isStillTrusted(System.currentTimeMillis())) {
            loop.release(complete);
            finish();
            return;
        }
        boolean isLast = isDraining || loop.overload().isOn(OverloadStage.DISABLE_KEEPALIVE);
        stream().begin(complete, isLast || !complete.isKeepAlive(), nowNs);
        Exchange exchange = stream().exchange();
        if (connection.hosts().mayServe(complete)) {
            handler.onRequest(exchange);
        } else {
            handler.onMalformed(exchange, Malformed.MISDIRECTED);
        }
    }

    private void onMalformedHead(RequestHead broken) {
        Malformed reason = broken.fields().malformed();
        beginBroken(broken);
        handler.onMalformed(stream().exchange(), reason);
    }

    private void beginBroken(RequestHead broken) {
        head = null;
        state = State.EXCHANGE;
        stream().beginBroken(broken);
    }

    private void keepAhead(ByteBuf in) {
        boolean hasRoom = ahead.keep(in, context().alloc());
        if (!hasRoom || state == State.HEAD) {
            autoRead(false);
        }
    }

    private void readAhead() {
        if (ahead.isEmpty() || mustWait()) {
            return;
        }
        autoRead(true);
        ByteBuf waiting = requireNonNull(ahead.beginReading());
        try {
            read(waiting);
        } finally {
            ahead.endReading();
        }
        stream().exchange().onReadComplete();
        checkInput();
    }

    private void readAheadSoon() {
        if (!ahead.isEmpty()) {
            // A task of its own: an answer made at once must not deepen the stack with each pipelined request.
            loop.eventLoop().execute(this::readAhead);
        }
    }

    /// Stops or resumes the reading of what the client sends.
    void readInput(boolean isOn) {
        autoRead(isOn);
        if (isOn) {
            readAheadSoon();
        }
    }

    /// The exchange under way is another protocol's now, for which what the client has sent or ended meanwhile counts.
    void onSwitched() {
        readInput(true);
        loop.eventLoop().execute(this::checkInput);
        if (isDraining) {
            loop.eventLoop().execute(this::tellGoAway);
        }
    }

    private void tellGoAway() {
        if (state == State.EXCHANGE) {
            stream().exchange().onGoAway();
        }
    }

    private void autoRead(boolean isOn) {
        context().channel().config().setAutoRead(isOn);
    }

    private void drop(ByteBuf in) {
        if (mayBeAskedLate) {
            readLate(in);
        }
        droppedBytes += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (droppedBytes > DROPPED_BYTES_MAX) {
            close();
        }
    }

    /// What was on its way when the resting connection was ended. It is not processed, and the record says so.
    private void readLate(ByteBuf in) {
        RequestHead late = head == null ? loop.takeHead() : head;
        head = late;
        int end = late.read(in);
        mayBeAskedLate = end == FieldLines.INCOMPLETE;
        if (end >= 0) {
            head = null;
            stream().begin(late, true, System.nanoTime());
            stream().exchange().onClientGone(ResponseFlag.CONNECTION_ENDED);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        stream().exchange().onReadComplete();
        stream().flush();
    }

    // ---- the end

    /// A request and its answer are both over; the next may take its turn.
    ///
    /// @param isLast whether the answer was the connection's last
    void onExchangeEnded(boolean isLast) {
        clock.restart();
        if (state != State.EXCHANGE) {
            return;
        }
        if (isLast || (isInputClosed && ahead.isUsedUp())) {
            finish();
            return;
        }
        state = State.HEAD;
        readAheadSoon();
    }

    /// Sends what is left, says that nothing follows, and listens a little longer: to close at once would reset the
    /// connection under a client that is still sending, and the answer would be lost (RFC 9112 section 9.6).
    void finish() {
        state = State.FINISHING;
        clock.restart();
        ahead.drop();
        autoRead(true);
        stream().flush();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> linger());
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
        clock.restart();
        Outgoing.close(context());
    }

    // ---- the connection

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!stream().isWritable()) {
            clock.restart();
            return;
        }
        clock.onTaken();
        if (state == State.EXCHANGE) {
            stream().exchange().onWritable();
        } else {
            readAheadSoon();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isInputClosed = true;
            clock.restart();
            checkInput();
        } else if (event == GoAway.NOTICE) {
            beLast();
        } else if (event == GoAway.DRAIN) {
            drain();
        } else if (event == GoAway.CLOSE) {
            giveUp(ResponseFlag.GATEWAY_CLOSED);
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Ends what can no longer be completed because the client sends no more. Requests that have come whole are
    /// answered.
    private void checkInput() {
        if (!isInputClosed || !ahead.isEmpty()) {
            return;
        }
        switch (state) {
            case HEAD -> finish();
            case LINGERING -> close();
            case EXCHANGE -> {
                if (!stream().endInput()) {
                    giveUp();
                }
            }
            case FINISHING, CLOSED -> {}
        }
    }

    /// Ends the connection after the exchange under way or the next one, or between exchanges once the client rests.
    private void drain() {
        beLast();
        tellGoAway();
        finishIfResting(System.nanoTime());
    }

    private void finishIfResting(long nowNs) {
        if (state == State.HEAD && head == null && ahead.isEmpty() && clock.hasRested(nowNs)) {
            mayBeAskedLate = true;
            finish();
        }
    }

    private void beLast() {
        isDraining = true;
        stream().beLast();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        giveUp();
        loop.clientEnds().ended(connection.addresses());
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The connection is over, and the access record says client-gone.
        ConnectionFault.report(cause);
        giveUp();
    }

    private void giveUp() {
        giveUp(ResponseFlag.CLIENT_GONE);
    }

    private void giveUp(ResponseFlag why) {
        stream().exchange().onClientGone(why);
        close();
    }

    @Override
    public void onSweep(long nowNs) {
        clock.look(context().channel(), nowNs);
        switch (state) {
            case HEAD -> onHeadSweep(nowNs);
            case EXCHANGE -> onExchangeSweep(nowNs);
            case FINISHING -> closeIf(clock.isIdleTooLong(nowNs));
            case LINGERING -> closeIf(clock.hasLingered(nowNs));
            case CLOSED -> {}
        }
    }

    private void onHeadSweep(long nowNs) {
        RequestHead reading = head;
        if (reading == null && isDraining) {
            finishIfResting(nowNs);
        } else if (reading == null) {
            closeIf(clock.isIdleTooLong(nowNs));
        } else if (clock.isHeadLate(nowNs)) {
            beginBroken(reading);
            handler.onHeadTimeout(stream().exchange());
        }
    }

    private void onExchangeSweep(long nowNs) {
        if (stream().isGivenUp(isInputClosed, nowNs)) {
            giveUp(ResponseFlag.CLIENT_TIMEOUT);
        } else {
            stream().exchange().onSweep(nowNs);
        }
    }

    private void closeIf(boolean isOverdue) {
        if (isOverdue) {
            close();
        }
    }

    @Override
    public long heldBytes() {
        return Outgoing.heldBytes(context())
                + ahead.bytes()
                + stream().exchange().heldBytes();
    }

    /// Not closed in good order, since what is left of an answer would then still go out, and look whole.
    @Override
    public void reset() {
        state = State.CLOSED;
        stream().exchange().onClientGone(ResponseFlag.OVERLOAD_RESET);
        Outgoing.reset(context());
        close();
    }

    void close() {
        if (deadlineSlot == Deadlines.NONE) {
            return;
        }
        state = State.CLOSED;
        loop.deadlines().remove(this);
        stream().discard();
        ahead.drop();
        if (head != null) {
            loop.release(head);
            head = null;
        }
        context().close();
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }

    private Http1ClientStream stream() {
        return requireNonNull(stream);
    }

    private ChannelHandlerContext context() {
        return requireNonNull(context);
    }
}
