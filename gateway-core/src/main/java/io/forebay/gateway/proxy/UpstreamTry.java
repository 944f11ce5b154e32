package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.UpstreamFailure.ResetBeforeAnswer.Cause;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One try of a call: the endpoint that was chosen, its breaker's permit, and the stream once there is one. What pool
/// and stream have to tell goes to the call through it. Owned by its call, which uses it for one try after another.
final class UpstreamTry {
    /// A reused connection that closes without a byte later than this after the request was sent had not been closed
    /// before: the upstream broke over the request.
    static final long STALE_NS = TimeUnit.SECONDS.toNanos(1);

    private final UpstreamCall call;
    private @Nullable LoopEndpoint endpoint;
    private @Nullable EndpointPool pool;
    private @Nullable UpstreamStream stream;
    private long permit;
    private long startedNs;
    private long connectedNs;
    private long sentNs;
    private long lastByteNs;
    private int status;
    /// Beside the call's current one.
    private @Nullable CallHedge hedge;

    UpstreamTry(UpstreamCall call) {
        this.call = call;
    }

    /// A try that is to ask `chosen`, which was just picked.
    void begin(LoopEndpoint chosen, EndpointPool from, long nowNs) {
        assert endpoint == null && stream == null;
        endpoint = chosen;
        permit = chosen.permit();
        pool = from;
        startedNs = nowNs;
        lastByteNs = nowNs;
        connectedNs = 0;
        sentNs = 0;
        status = 0;
        hedge = null;
    }

    /// A try beside one that is under way: what is told goes to `beside` until it [#takesOver].
    void begin(LoopEndpoint chosen, EndpointPool from, long nowNs, CallHedge beside) {
        begin(chosen, from, nowNs);
        hedge = beside;
    }

    /// From now on it is the call's current one.
    void takesOver() {
        hedge = null;
    }

    /// The endpoint, until the try is settled.
    @Nullable
    LoopEndpoint endpoint() {
        return endpoint;
    }

    Endpoint address() {
        return requireNonNull(endpoint).endpoint();
    }

    EndpointPool pool() {
        return requireNonNull(pool);
    }

    @Nullable
    UpstreamStream stream() {
        return stream;
    }

    long startedNs() {
        return startedNs;
    }

    /// When there was a stream, or 0.
    long connectedNs() {
        return connectedNs;
    }

    /// When the whole request had been sent, or 0.
    long sentNs() {
        return sentNs;
    }

    /// When either side last said anything.
    long lastByteNs() {
        return lastByteNs;
    }

    /// One of the two has said something.
    void touch() {
        lastByteNs = System.nanoTime();
    }

    /// The whole request has been sent.
    void sent(long nowNs) {
        sentNs = nowNs;
    }

    /// The upstream has answered.
    ///
    /// @return how long that took since the whole request was sent
    long answered(int with) {
        status = with;
        return lastByteNs - sentNs;
    }

    /// Whether the request was sent at this time and no answer has begun.
    boolean awaitsAnswer(long sentAtNs) {
        UpstreamStream asked = stream;
        return sentNs == sentAtNs && asked != null && !asked.isAnswerStarted();
    }

    /// Why the stream has ended before its answer.
    ///
    /// @param isSilent whether nothing at all of an answer has come
    Cause closedFor(boolean isUnprocessed, boolean isSilent) {
        UpstreamStream from = requireNonNull(stream);
        if (isUnprocessed) {
            return Cause.UNPROCESSED;
        }
        boolean isUnused = isSilent && from.isReused() && !from.isAnswerStarted();
        return isUnused && System.nanoTime() - lastByteNs < STALE_NS ? Cause.STALE : Cause.BROKEN;
    }

    /// Lets what was written go out.
    void flush() {
        UpstreamStream to = stream;
        if (to != null) {
            to.flush();
        }
    }

    /// Stops or resumes the reading of the answer.
    void readAnswer(boolean isOn) {
        UpstreamStream from = stream;
        if (from != null) {
            from.readAnswer(isOn);
        }
    }

    /// What of the request was written and has not left, in bytes.
    long unsentBytes() {
        UpstreamStream to = stream;
        return to == null ? 0 : to.unsentBytes();
    }

    // ---- what the pool and the stream tell

    BackendId backendId() {
        return call.backendId();
    }

    /// The pool gives a stream.
    void onConnected(UpstreamStream given) {
        stream = given;
        given.attach(this);
        touch();
        connectedNs = lastByteNs;
        CallHedge beside = hedge;
        if (beside == null) {
            call.onConnected(given);
        } else {
            beside.onConnected(given);
        }
    }

    /// The pool has no connection to give.
    void onNoConnection(UpstreamFailure failure) {
        CallHedge beside = hedge;
        if (beside == null) {
            call.onNoConnection(failure);
        } else {
            beside.onNoConnection(failure);
        }
    }

    /// Bytes of the answer have come.
    void onBytes() {
        touch();
    }

    /// The final answer begins.
    void onAnswerHead(ResponseHead head, boolean hasBody) {
        CallHedge beside = hedge;
        if (beside == null) {
            call.onAnswerHead(head, hasBody);
        } else {
            beside.onAnswerHead(head, hasBody);
        }
    }

    /// Both ways are another protocol's from now on.
    void onSwitched(ResponseHead head) {
        call.onSwitched(head);
    }

    /// Some of its body, without framing.
    void onAnswerBody(ByteBuf in, int bytes) {
        call.onAnswerBody(in, bytes);
    }

    /// A 1xx answer.
    void onInterim(ResponseHead head) {
        // There is one answer, and its interim ones belong to it: which it is, is not known before its head.
        if (hedge == null) {
            call.onInterim(head);
        }
    }

    /// What came is no answer.
    ///
    /// @param detail why, for the log
    void onMalformed(String detail) {
        CallHedge beside = hedge;
        if (beside == null) {
            call.onMalformed(detail);
        } else {
            beside.onMalformed(detail);
        }
    }

    /// The answer is complete.
    void onAnswerEnd(@Nullable FieldLines trailers) {
        call.onAnswerEnd(trailers);
    }

    /// All bytes of one read have been handled.
    void onReadTurn() {
        if (hedge == null) {
            call.onReadTurn();
        }
    }

    /// The upstream takes more of the request again.
    void onUpstreamWritable() {
        touch();
        if (hedge == null) {
            call.onUpstreamWritable();
        }
    }

    /// The upstream has ended the stream before the answer was complete.
    ///
    /// @param isUnprocessed whether it has said that it did nothing for the request
    void onUpstreamClosed(boolean isUnprocessed) {
        CallHedge beside = hedge;
        if (beside == null) {
            call.onUpstreamClosed(isUnprocessed);
        } else {
            beside.onUpstreamClosed(isUnprocessed);
        }
    }

    // ---- ends

    /// Tells the breaker, and who watches the backend, how the try ended; once a try.
    void settle(boolean isFailure, LoopContext loop) {
        LoopEndpoint tried = endpoint;
        if (tried == null) {
            return;
        }
        endpoint = null;
        ConcurrencyLimit limit = pool().limit();
        if (isFailure || status >= 500) {
            long nowNs = System.nanoTime();
            tried.failed(permit, nowNs, loop.nextRandom());
            limit.ended(nowNs, false);
        } else if (status > 0) {
            tried.succeeded(permit, lastByteNs);
            limit.ended(lastByteNs, true);
        } else {
            tried.abandoned(permit, System.nanoTime());
        }
    }

    /// Waits no longer, and lets go of what it has but for the stream's end.
    ///
    /// @return the stream, which the caller ends by [UpstreamStream#detach], or null
    @Nullable
    UpstreamStream letGo() {
        UpstreamStream from = stream;
        EndpointPool waitingIn = pool;
        if (from == null && waitingIn != null) {
            waitingIn.cancel(this);
        }
        stream = null;
        pool = null;
        return from;
    }
}
