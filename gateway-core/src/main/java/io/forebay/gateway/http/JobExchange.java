package io.forebay.gateway.http;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicySnapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An exchange without a client: the attempt of a job sends a kept request and keeps the answer. Owned by one loop,
/// used for one attempt.
public final class JobExchange implements ClientStream {
    private static final int FIRST_BYTES = 4096;
    private static final int HEAD_BYTES_MAX = 64 * 1024;

    private final LoopContext loop;
    private final Receiver receiver;
    private final int bodyBytesMax;
    private final Exchange exchange;
    private int status;
    private String type = "";
    private byte[] head = new byte[0];
    private byte[] body = new byte[0];
    private int size;
    private int bodyBytesExpected;
    private boolean isOver;

    /// Takes the answer.
    public interface Receiver {
        /// The answer is whole.
        ///
        /// @param head its field lines as [StoredLines] writes them
        void onAnswer(int status, byte[] head, byte[] body);

        /// The answer exceeds what may be kept; the call was broken off.
        ///
        /// @param head its field lines as [StoredLines] writes them
        void onTooLarge(int status, byte[] head);
    }

    private JobExchange(
            LoopContext loop, RequestHandler ends, Connection connection, Receiver receiver, int bodyBytesMax) {
        this.loop = loop;
        this.receiver = receiver;
        this.bodyBytesMax = bodyBytesMax;
        this.exchange = new Exchange(loop, ends, this, connection);
    }

    /// Makes an exchange that speaks for the client who submitted the job.
    public static JobExchange of(
            LoopContext loop,
            RequestHandler ends,
            String clientAddress,
            boolean wasTls,
            int port,
            Receiver receiver,
            int bodyBytesMax) {
        Connection connection =
                Connection.of(port, wasTls, new PeerIdentity(clientAddress, null), Connection.Trust.ALWAYS);
        return new JobExchange(loop, ends, connection, receiver, bodyBytesMax);
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

    /// Sends the whole body to the consumer that the call has set.
    public void sendBody(byte[] bytes) {
        if (isOver) {
            return;
        }
        if (bytes.length > 0) {
            exchange.onBody(Unpooled.wrappedBuffer(bytes), bytes.length);
            exchange.onBodyEnd(null);
        }
        exchange.onReadComplete();
    }

    /// Ends the call, whatever it was doing; nothing is received any more.
    public void cancel() {
        if (!isOver) {
            isOver = true;
            exchange.onClientGone();
        }
    }

    /// Looks at the call's time limits.
    public void onSweep(long nowNs) {
        if (!isOver) {
            exchange.onSweep(nowNs);
        }
    }

    @Override
    public void interim(ResponseHead interim) {}

    @Override
    public void head(ResponseHead answer, boolean hasBody) {
        status = answer.status();
        head = StoredLines.write(answer.fields());
        String contentType = answer.text(KnownHeader.CONTENT_TYPE);
        type = contentType == null ? "" : contentType;
        long announced = answer.contentLength();
        if (head.length > HEAD_BYTES_MAX || (hasBody && announced > bodyBytesMax)) {
            tooLarge();
        } else if (hasBody) {
            // Room is made for what comes, not for what was announced.
            bodyBytesExpected = announced >= 0 ? (int) announced : bodyBytesMax;
        }
    }

    @Override
    public void body(ByteBuf in, int bytes) {
        if (isOver) {
            in.skipBytes(bytes);
        } else if (size + bytes > bodyBytesMax) {
            in.skipBytes(bytes);
            tooLarge();
        } else {
            if (body.length - size < bytes) {
                grow(size + bytes);
            }
            in.readBytes(body, size, bytes);
            size += bytes;
        }
    }

    /// The status of the answer that comes, 0 before its head.
    public int answerStatus() {
        return status;
    }

    /// Its Content-Type, or empty.
    public String answerType() {
        return type;
    }

    /// How much of its body has come.
    public int answerBytes() {
        return size;
    }

    /// A copy of some of what has come.
    public byte[] answerPart(int from, int to) {
        return Arrays.copyOfRange(body, from, Math.min(to, size));
    }

    /// The room that has been made for the answer's body.
    int roomBytes() {
        return body.length;
    }

    private void grow(int needed) {
        int wanted = Math.min(bodyBytesExpected, Math.max(FIRST_BYTES, body.length * 2));
        body = Arrays.copyOf(body, Math.max(needed, wanted));
    }

    /// The call ends outside the callback that found this out.
    private void tooLarge() {
        isOver = true;
        loop.eventLoop().execute(() -> {
            exchange.onClientGone();
            receiver.onTooLarge(status, head);
        });
    }

    @Override
    public void end(@Nullable FieldLines trailers) {
        if (!isOver) {
            isOver = true;
            receiver.onAnswer(status, head, size == body.length ? body : Arrays.copyOf(body, size));
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
        return true;
    }

    @Override
    public void readBody(boolean isOn) {}

    @Override
    public void sendContinue() {}
}
