package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One try of a call: the endpoint that was chosen, its breaker's permit, and the stream once there is one. What pool
/// and stream have to tell goes to the call through it. Owned by its call, which uses it for one try after another.
final class UpstreamTry {
    private final UpstreamCall call;
    private @Nullable LoopEndpoint endpoint;
    private @Nullable EndpointPool pool;
    private @Nullable UpstreamStream stream;
    private long permit;
    private long startedNs;
    private long sentNs;
    private long lastByteNs;
    private int status;

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
        sentNs = 0;
        status = 0;
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

    // ---- what the pool and the stream tell

    BackendId backendId() {
        return call.backendId();
    }

    /// The pool gives a stream.
    void onConnected(UpstreamStream given) {
        stream = given;
        given.attach(this);
        touch();
        call.onConnected(given);
    }

    /// The pool has no connection to give.
    void onNoConnection(UpstreamFailure failure) {
        call.onNoConnection(failure);
    }

    /// Bytes of the answer have come.
    void onBytes() {
        touch();
    }

    /// The final answer begins.
    void onAnswerHead(ResponseHead head, boolean hasBody) {
        call.onAnswerHead(head, hasBody);
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
        call.onInterim(head);
    }

    /// What came is no answer.
    ///
    /// @param detail why, for the log
    void onMalformed(String detail) {
        call.onMalformed(detail);
    }

    /// The answer is complete.
    void onAnswerEnd(@Nullable FieldLines trailers) {
        call.onAnswerEnd(trailers);
    }

    /// All bytes of one read have been handled.
    void onReadTurn() {
        call.onReadTurn();
    }

    /// The upstream takes more of the request again.
    void onUpstreamWritable() {
        touch();
        call.onUpstreamWritable();
    }

    /// The upstream has ended the stream before the answer was complete.
    ///
    /// @param isUnprocessed whether it has said that it did nothing for the request
    void onUpstreamClosed(boolean isUnprocessed) {
        call.onUpstreamClosed(isUnprocessed);
    }

    // ---- ends

    /// Tells the breaker how the try ended; once a try.
    void settle(boolean isFailure, LoopContext loop) {
        LoopEndpoint tried = endpoint;
        if (tried == null) {
            return;
        }
        endpoint = null;
        if (isFailure || status >= 500) {
            tried.failed(permit, System.nanoTime(), loop.nextRandom());
        } else if (status > 0) {
            tried.succeeded(permit, lastByteNs);
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
