package io.forebay.gateway.http;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicySnapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An exchange without a client: the attempt of a job sends a kept request and keeps the answer. Owned by one loop,
/// used for one attempt.
public final class JobExchange implements ClientStream {
    private final LoopContext loop;
    private final AnswerKeeper keeper;
    private final Exchange exchange;
    private @Nullable Pieces pieces;
    private long bodyBytes;
    private long sentBytes;
    private boolean isHeldBack;
    private boolean isAsking;
    private boolean isOver;

    /// Takes the answer.
    public interface AnswerKeeper {
        /// The answer begins.
        ///
        /// @param head valid during the call only
        void onHead(ResponseHead head, boolean hasBody);

        /// Takes the next `bytes` bytes of `in`.
        void onBody(ByteBuf in, int bytes);

        /// The answer is whole.
        void onEnd();

        /// Whether it takes more now; when it does again, it says so ([JobExchange#writable]).
        boolean isWritable();
    }

    /// A kept body, read piece by piece.
    @FunctionalInterface
    public interface Pieces {
        /// Asks for some bytes from `from` on. `piece` gets them, on the loop, or is never called if they cannot be
        /// had: then the exchange is to be ended.
        void read(long from, Consumer<byte[]> piece);
    }

    private JobExchange(LoopContext loop, RequestHandler ends, Connection connection, AnswerKeeper keeper) {
        this.loop = loop;
        this.keeper = keeper;
        this.exchange = new Exchange(loop, ends, this, connection);
    }

    /// Makes an exchange that speaks for the client who submitted the job.
    public static JobExchange of(
            LoopContext loop,
            RequestHandler ends,
            String clientAddress,
            boolean wasTls,
            int port,
            AnswerKeeper keeper) {
        Connection connection =
                Connection.of(port, wasTls, new PeerIdentity(clientAddress, null), Connection.Trust.ALWAYS);
        return new JobExchange(loop, ends, connection, keeper);
    }

    /// Begins with a kept head.
    public void begin(PolicySnapshot snapshot, RequestHead request) {
        exchange.begin(request, System.nanoTime());
        exchange.received(snapshot);
    }

    public Exchange exchange() {
        return exchange;
    }

    /// The request was sent before this exchange began: nothing of it follows.
    public void requestWasSent() {
        if (!exchange.isRequestComplete()) {
            exchange.onBodyEnd(null);
        }
    }

    /// The call has gone to another exchange: this one ends without it.
    public void letGo() {
        exchange.leaveConsumer();
        cancel();
    }

    /// Sends the body to the consumer that the call has set, as fast as that takes it.
    ///
    /// @param bytes its length
    public void sendBody(long bytes, Pieces body) {
        if (isOver) {
            return;
        }
        if (bytes == 0) {
            exchange.onReadComplete();
            return;
        }
        bodyBytes = bytes;
        pieces = body;
        sendMore();
    }

    private void sendMore() {
        Pieces body = pieces;
        if (body != null && !isOver && !isHeldBack && !isAsking && sentBytes < bodyBytes) {
            isAsking = true;
            body.read(sentBytes, this::send);
        }
    }

    private void send(byte[] piece) {
        isAsking = false;
        if (isOver) {
            return;
        }
        sentBytes += piece.length;
        exchange.onBody(Unpooled.wrappedBuffer(piece), piece.length);
        if (sentBytes == bodyBytes) {
            exchange.onBodyEnd(null);
        }
        exchange.onReadComplete();
        sendMore();
    }

    @Override
    public void readBody(boolean isOn) {
        isHeldBack = !isOn;
        sendMore();
    }

    /// Ends the call, whatever it was doing; nothing is received any more.
    public void cancel() {
        if (!isOver) {
            isOver = true;
            exchange.onClientGone(ResponseFlag.ATTEMPT_ENDED);
        }
    }

    /// The same from within what the keeper is told, where the call cannot end yet.
    ///
    /// @param why what the call is marked with
    /// @param then runs once it has
    public void breakOff(ResponseFlag why, Runnable then) {
        isOver = true;
        loop.eventLoop().execute(() -> {
            exchange.onClientGone(why);
            then.run();
        });
    }

    /// Looks at the call's time limits.
    public void onSweep(long nowNs) {
        if (!isOver) {
            exchange.onSweep(nowNs);
        }
    }

    @Override
    public boolean isJob() {
        return true;
    }

    @Override
    public void interim(ResponseHead interim) {}

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        if (!isOver) {
            keeper.onHead(answer, hasBody);
        }
    }

    /// A kept request has lost its wish for another protocol.
    @Override
    public void switchProtocols(ResponseHead head) {
        throw new IllegalStateException("a job does not leave HTTP");
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        if (isOver) {
            in.skipBytes(bytes);
        } else {
            keeper.onBody(in, bytes);
        }
    }

    @Override
    public void end(@Nullable FieldLines trailers) {
        if (!isOver) {
            isOver = true;
            if (!exchange.isRequestComplete()) {
                exchange.onRequestAbandoned();
            }
            keeper.onEnd();
        }
    }

    @Override
    public void abort() {
        isOver = true;
    }

    @Override
    public void exchangeEnded() {
        exchange.takeHead();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return keeper.isWritable();
    }

    /// The keeper takes more again.
    public void writable() {
        if (!isOver) {
            exchange.onWritable();
        }
    }

    @Override
    public void sendContinue() {}
}
