package io.forebay.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// The turn of one request on an HTTP/1.1 connection: its body comes in, its answer goes out. One a connection, taken
/// by one request after the other; whose turn it is, and how the connection ends, is its [Http1Edge]'s matter. Used
/// on the connection's loop only.
final class Http1ClientStream implements ClientStream, BodySink {
    private static final int DRAINED_BYTES_MAX = 64 * 1024;

    private final Http1Edge edge;
    private final Http1Clock clock;
    private final RequestHandler handler;
    private final ChannelHandlerContext context;
    private final Outgoing outgoing;
    private final Exchange exchange;
    private final Http1AnswerWriter writer;
    private final BodyReader body = new BodyReader();
    private boolean isBodyPaused;
    private boolean isLast;
    private boolean isSwitched;

    /// @param clock the connection's
    Http1ClientStream(
            Http1Edge edge,
            ChannelHandlerContext context,
            LoopContext loop,
            RequestHandler handler,
            Connection connection,
            Http1Clock clock) {
        this.edge = edge;
        this.clock = clock;
        this.handler = handler;
        this.context = context;
        this.outgoing = new Outgoing(context);
        this.exchange = new Exchange(loop, handler, this, connection);
        this.writer = new Http1AnswerWriter(outgoing, exchange);
    }

    Exchange exchange() {
        return exchange;
    }

    // ---- the request

    /// Begins with a complete head.
    ///
    /// @param closes whether the connection closes after the answer
    void begin(RequestHead head, boolean closes, long nowNs) {
        isLast = closes;
        isSwitched = false;
        body.of(head);
        clock.begin(nowNs);
        exchange.begin(head, nowNs);
    }

    /// Begins with a head of which nothing is to be trusted but that it is there.
    void beginBroken(RequestHead head) {
        head.begin("GET", "/", "invalid");
        isLast = true;
        isSwitched = false;
        body.clear();
        exchange.begin(head, System.nanoTime());
    }

    /// The connection closes after the answer, if the client can still be told so. One who was told that it stays may
    /// have
    /// sent the next request already.
    void beLast() {
        isLast |= !exchange.isAnswered();
    }

    /// Whether what comes now is of a later request, or waits until the body's consumer goes on.
    boolean mustWait() {
        return body.isDone() || isBodyPaused;
    }

    /// Reads the body; what follows it stays in `in`.
    void read(ByteBuf in) {
        if (!body.read(in, this)) {
            onBrokenBody(body.malformed());
        }
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        clock.restart();
        exchange.onBody(in, bytes);
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        exchange.onBodyEnd(trailers);
    }

    private void onBrokenBody(Malformed reason) {
        isLast = true;
        body.clear();
        if (exchange.isAnswered()) {
            exchange.onClientGone(ResponseFlag.MALFORMED_REQUEST);
            edge.close();
        } else {
            exchange.brokenBody(() -> handler.onMalformed(exchange, reason));
        }
    }

    @Override
    public void readBody(boolean isOn) {
        if (isBodyPaused == isOn) {
            isBodyPaused = !isOn;
            clock.restart();
            edge.readInput(isOn);
        }
    }

    @Override
    public void sendContinue() {
        writer.proceed();
    }

    // ---- the answer

    @Override
    public void interim(ResponseHead interim) {
        writer.interim(interim);
    }

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        isLast = writer.head(answer, hasBody, isLast || !canDrainRequest());
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
    public void switchProtocols(ResponseHead answer) {
        isLast = true;
        isSwitched = true;
        writer.switchProtocols(answer);
        body.untilClose();
        clock.restart();
        edge.onSwitched();
    }

    /// The client has closed its sending side.
    ///
    /// @return whether it may still be answered
    boolean endInput() {
        if (isSwitched && !exchange.isRequestComplete()) {
            body.clear();
            exchange.onBodyEnd(null);
        } else if (exchange.isRequestComplete()) {
            exchange.onInputClosed();
        } else {
            return false;
        }
        return true;
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        writer.body(in, bytes);
    }

    @Override
    public void end(@Nullable FieldLines trailers) {
        writer.end(trailers);
        clock.restart();
        if (!exchange.isRequestComplete() && isLast) {
            edge.finish();
            exchange.onRequestAbandoned();
        } else {
            readBody(true);
        }
    }

    /// A body that only the end of the connection delimits must not look complete, so the connection is reset.
    @Override
    public void abort() {
        outgoing.discard();
        if (writer.isUntilClose()) {
            Outgoing.reset(context);
        }
        edge.close();
    }

    @Override
    public void exchangeEnded() {
        RequestHead done = exchange.takeHead();
        if (done != null) {
            exchange.loop().release(done);
        }
        edge.onExchangeEnded(isLast);
    }

    @Override
    public void flush() {
        outgoing.flush();
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    /// Throws away what was not handed to the transport yet.
    void discard() {
        outgoing.discard();
    }

    // ---- time

    /// Looks at the time limits of the request and its answer.
    ///
    /// @param isInputClosed whether the client has closed its sending side
    /// @return whether the client counts as gone
    boolean isGivenUp(boolean isInputClosed, long nowNs) {
        return clock.isAnswerStuck(exchange, isWritable(), nowNs)
                || (isInputClosed && clock.isAnswerLate(exchange, nowNs))
                || clock.isBodySlow(exchange, !isBodyPaused, nowNs)
                || (!isBodyPaused && !isSwitched && clock.isBodyLate(exchange, nowNs));
    }
}
