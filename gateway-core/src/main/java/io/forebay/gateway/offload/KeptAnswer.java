package io.forebay.gateway.offload;

import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredLines;
import io.forebay.gateway.http.TraceContext;
import io.forebay.offload.Content;
import io.forebay.offload.Spool;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.policy.PolicySnapshot;
import io.netty.buffer.ByteBuf;

/// The answer to a job's call, as it comes, and the exchange that it comes to. Owned by one loop, used for one
/// attempt.
public final class KeptAnswer implements JobExchange.AnswerKeeper {
    private static final Collecting UNCOUNTED = Collecting.unbounded();

    private final Receiver receiver;
    private final long bodyBytesMax;
    private final ArrivingBody body;
    private final JobExchange exchange;
    private int status;
    private String type = "";
    private byte[] head = new byte[0];
    private long bodyBytesExpected;

    /// Takes the answer.
    public interface Receiver {
        /// The answer is whole.
        ///
        /// @param head its field lines as [StoredLines] writes them
        void onAnswer(int status, byte[] head, Content body);

        /// The answer exceeds what may be kept; the call was broken off.
        ///
        /// @param head its field lines as [StoredLines] writes them
        void onTooLarge(int status, byte[] head);

        /// The answer cannot be kept now; the call was broken off.
        void onNotKept(StoreRefusal refusal);
    }

    private KeptAnswer(
            LoopContext loop,
            RequestHandler ends,
            StoredRequest request,
            Spool spool,
            Receiver receiver,
            long bytesMax) {
        this.receiver = receiver;
        this.bodyBytesMax = bytesMax;
        this.body = new ArrivingBody(
                spool, UNCOUNTED, loop.eventLoop(), true, new CollectedBody(UNCOUNTED), new BodyOwner());
        body.keepsBeginning(true);
        this.exchange = JobExchange.of(loop, ends, request.address(), request.isTls(), request.port(), this);
    }

    /// Makes an exchange for a kept request, and keeps up to `bytesMax` bytes of its answer's body.
    ///
    /// @throws IllegalArgumentException the request cannot be read back
    public static KeptAnswer of(
            LoopContext loop,
            RequestHandler ends,
            PolicySnapshot snapshot,
            byte[] storedRequest,
            Spool spool,
            long bytesMax,
            Receiver receiver) {
        StoredRequest request = StoredRequest.decode(storedRequest);
        KeptAnswer answer = new KeptAnswer(loop, ends, request, spool, receiver, bytesMax);
        answer.exchange.begin(snapshot, request.read());
        TraceContext trace = answer.exchange.exchange().trace();
        // What is kept is the gateway's own word.
        trace.sample(trace.isParentSampled());
        return answer;
    }

    public JobExchange exchange() {
        return exchange;
    }

    /// Ends the call and keeps nothing.
    public void cancel() {
        exchange.cancel();
        body.drop();
    }

    /// The call has gone to another exchange.
    public void letGo() {
        exchange.letGo();
        body.drop();
    }

    /// The status of the answer that comes, 0 before its head.
    public int status() {
        return status;
    }

    /// Its Content-Type, or empty.
    public String type() {
        return type;
    }

    /// How much of its body has come and is at hand; of a long one, the beginning.
    public int heldBytes() {
        return body.heldBytes();
    }

    /// A copy of some of that.
    public byte[] held(int from, int to) {
        return body.held(from, to);
    }

    /// Nobody will ask for what has come before it is whole.
    public void forget() {
        body.keepsBeginning(false);
    }

    /// Whether there is more of it than is at hand.
    public boolean isLongerThanHeld() {
        return body.isLongerThanHeld();
    }

    @Override
    public void onHead(ResponseHead answer, boolean hasBody) {
        status = answer.status();
        head = StoredLines.write(answer.fields());
        String contentType = answer.text(KnownHeader.CONTENT_TYPE);
        type = contentType == null ? "" : contentType;
        long announced = answer.contentLength();
        bodyBytesExpected = announced >= 0 ? announced : bodyBytesMax;
        if (head.length > Submission.HEAD_BYTES_MAX || (hasBody && announced > bodyBytesMax)) {
            tooLarge();
        }
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (body.size() + bytes > bodyBytesMax) {
            in.skipBytes(bytes);
            tooLarge();
        } else {
            body.take(in, bytes, bodyBytesExpected);
        }
    }

    private void tooLarge() {
        body.drop();
        exchange.breakOff(ResponseFlag.UPSTREAM_ANSWER_TOO_LARGE, () -> receiver.onTooLarge(status, head));
    }

    @Override
    public void onEnd() {
        body.finish(whole -> receiver.onAnswer(status, head, whole));
    }

    @Override
    public boolean isWritable() {
        return body.isWritable();
    }

    private final class BodyOwner implements ArrivingBody.Owner {
        @Override
        public void read(boolean isOn) {
            if (isOn) {
                exchange.writable();
            }
        }

        @Override
        public void lost(StoreRefusal refusal) {
            exchange.breakOff(ResponseFlag.ATTEMPT_ENDED, () -> receiver.onNotKept(refusal));
        }
    }
}
