package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.BodySink;
import io.forebay.gateway.http.Chunks;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One exchange's call to a backend: chooses the endpoint, sends the request, relays the answer.
///
/// A call fails over to another endpoint only while no connection stood. It is sent once more, on a new connection,
/// when a reused one closed as the request was sent, the request is still whole and the method is idempotent (RFC 9110
/// section 9.2.2, RFC 9112 section 9.3.1). Both sides are paused when the other does not keep up. Owned by the
/// exchange's loop, which keeps calls for
/// reuse.
final class UpstreamCall implements RequestConsumer, RunningCall, SlowCalls.Timed {
    /// How long an upstream may be silent, unless a try may take longer than that.
    static final long IDLE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);

    /// A reused connection that closes without a byte later than this after the request was sent had not been closed
    /// before: the upstream broke over the request.
    static final long STALE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int TRIES_MAX = 3;

    private enum State {
        OVER,
        CONNECTING,
        /// The request is on its way and no byte of a final answer has come.
        ASKING,
        ANSWERING,
    }

    private final LoopUpstreams upstreams;
    private final BodySink answerSink = new AnswerSink();
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private final RequestTee tee;

    private State state = State.OVER;
    private @Nullable Exchange exchange;
    private @Nullable CallListener listener;
    private @Nullable AnswerTee answerTee;
    private @Nullable LoopUpstream upstream;
    private @Nullable LoopEndpoint endpoint;
    private @Nullable EndpointPool pool;
    private @Nullable UpstreamConnection connection;
    private HeaderEdits edits = HeaderEdits.NONE;
    private @Nullable FieldLines earlyTrailers;
    private long permit;
    private long triedBits;
    private int tries;
    private long requestTimeoutNs;
    private long tryTimeoutNs;
    private long tryStartedNs;
    private long slowAfterNs;
    private long sentNs;
    private long lastByteNs;
    private int status;
    private boolean isRepeat;
    private boolean isBodySent;
    private boolean isRequestEnded;
    private boolean isRequestSent;
    private boolean isInterimSeen;
    private boolean isRequestPaused;
    private boolean isInAnswer;

    UpstreamCall(LoopUpstreams upstreams) {
        this.upstreams = upstreams;
        this.tee = new RequestTee(upstreams.teeBudget());
    }

    /// Begins the call; it becomes the consumer of the exchange's body.
    ///
    /// @param headerEdits the rule's modifiers joined with what identity adds
    /// @param requestNs time for all tries since the exchange began, 0 for none
    /// @param tryNs time for one try, 0 for none
    void start(
            Exchange asked,
            LoopUpstream backend,
            HeaderEdits headerEdits,
            long requestNs,
            long tryNs,
            CallListener whoAnswers) {
        assert state == State.OVER;
        exchange = asked;
        listener = whoAnswers;
        answerTee = whoAnswers.answerTee();
        upstream = backend;
        edits = headerEdits;
        requestTimeoutNs = requestNs;
        tryTimeoutNs = tryNs;
        triedBits = 0;
        tries = 0;
        status = 0;
        isRepeat = false;
        isBodySent = false;
        // Not the exchange's word: a body that was held back is complete there and still has to come here.
        isRequestEnded = !asked.head().hasBody();
        isRequestSent = false;
        isInterimSeen = false;
        isRequestPaused = false;
        isInAnswer = false;
        slowAfterNs = whoAnswers.slowAfterNs(asked);
        tee.begin(slowAfterNs == 0 ? 0 : whoAnswers.keptBodyBytesMax(asked));
        asked.consumer(this);
        if (!backend.limit().tryAcquire(BackendResource.REQUESTS)) {
            state = State.CONNECTING;
            upstream = null;
            fail(new UpstreamFailure.LimitReached(backend.id(), BackendResource.REQUESTS));
            return;
        }
        nextTry();
    }

    BackendId backendId() {
        return requireNonNull(upstream).id();
    }

    private void nextTry() {
        state = State.CONNECTING;
        tries++;
        tryStartedNs = System.nanoTime();
        lastByteNs = tryStartedNs;
        LoopUpstream backend = requireNonNull(upstream);
        LoopEndpoint chosen = backend.pick(tryStartedNs, exchange(), triedBits);
        if (chosen == null) {
            fail(new UpstreamFailure.NoReadyEndpoint(backend.id()));
            return;
        }
        endpoint = chosen;
        permit = chosen.permit();
        triedBits |= chosen.bit();
        EndpointPool chosenPool = backend.pool(chosen);
        pool = chosenPool;
        exchange().calls(chosenPool.name());
        chosenPool.acquire(this, isRepeat);
        if (state == State.CONNECTING && !exchange().isRequestComplete()) {
            pauseRequest();
        }
    }

    /// The pool gives a connection.
    void onConnected(UpstreamConnection given) {
        connection = given;
        given.attach(this);
        state = State.ASKING;
        lastByteNs = System.nanoTime();
        RequestHeadWriter.write(given.outgoing(), exchange(), edits);
        ByteBuf data = early.pollFirst();
        while (data != null) {
            send(given, data, data.readableBytes());
            data.release();
            data = early.pollFirst();
        }
        if (isRequestEnded) {
            sendEnd(given, earlyTrailers);
        }
        resumeRequest();
        given.outgoing().flush();
    }

    /// The pool has no connection to give.
    void onNoConnection(UpstreamFailure failure) {
        boolean mayTryAnother = failure instanceof UpstreamFailure.ConnectFailure && tries < TRIES_MAX;
        settle(failure.isEndpointFault());
        if (mayTryAnother) {
            nextTry();
        } else {
            fail(failure);
        }
    }

    // ---- the request

    @Override
    public void onBody(ByteBuf in, int bytes) {
        UpstreamConnection to = connection;
        if (state == State.OVER) {
            in.skipBytes(bytes);
        } else if (to == null) {
            early.addLast(in.readRetainedSlice(bytes));
        } else {
            send(to, in, bytes);
            if (!to.isWritable()) {
                pauseRequest();
            }
        }
    }

    private void send(UpstreamConnection to, ByteBuf in, int bytes) {
        isBodySent = true;
        lastByteNs = System.nanoTime();
        tee.add(in, bytes);
        if (exchange().head().isChunked()) {
            Chunks.data(to.outgoing(), in, bytes);
        } else {
            to.outgoing().append(in, bytes);
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (state == State.OVER) {
            return;
        }
        isRequestEnded = true;
        UpstreamConnection to = connection;
        if (to != null) {
            sendEnd(to, trailers);
        } else if (trailers != null) {
            earlyTrailers = trailers.copy();
        }
    }

    private void sendEnd(UpstreamConnection to, @Nullable FieldLines trailers) {
        isRequestSent = true;
        sentNs = System.nanoTime();
        if (slowAfterNs > 0) {
            upstreams.slowCalls().sent(this, sentNs, slowAfterNs);
        }
        if (exchange().head().isChunked()) {
            Chunks.end(to.outgoing(), trailers, edits);
        }
    }

    @Override
    public void onReadComplete() {
        UpstreamConnection to = connection;
        if (to != null) {
            to.outgoing().flush();
        }
    }

    private void pauseRequest() {
        if (!isRequestPaused && !exchange().isRequestComplete()) {
            isRequestPaused = true;
            exchange().readBody(false);
        }
    }

    private void resumeRequest() {
        if (isRequestPaused) {
            isRequestPaused = false;
            exchange().readBody(true);
        }
    }

    void onUpstreamWritable() {
        lastByteNs = System.nanoTime();
        resumeRequest();
    }

    // ---- the answer

    /// Bytes of the answer have come; what the answer does not use stays in `in`.
    void onRead(ByteBuf in) {
        UpstreamConnection from = requireNonNull(connection);
        lastByteNs = System.nanoTime();
        while (in.isReadable() && state != State.OVER) {
            if (isInAnswer) {
                if (!from.body().read(in, answerSink)) {
                    fail(malformed(from.body().malformed().reason()));
                }
            } else if (!readHead(from, in)) {
                return;
            }
        }
    }

    private boolean readHead(UpstreamConnection from, ByteBuf in) {
        ResponseHead head = from.head();
        int end = head.read(in);
        if (end < 0) {
            if (ResponseHead.isMalformed(end)) {
                fail(malformed(head.malformed().reason()));
            }
            return false;
        }
        if (head.isInterim()) {
            onInterim(head);
            return state != State.OVER;
        }
        status = head.status();
        if (isRequestSent && status < 500) {
            requireNonNull(endpoint).answered(lastByteNs - sentNs, lastByteNs);
        }
        state = State.ANSWERING;
        isInAnswer = true;
        from.body().of(head, exchange().head().isHead());
        AnswerTee copies = answerTee;
        if (copies != null) {
            copies.onHead(head);
        }
        boolean hasBody = !from.body().isDone();
        exchange().answer(head, hasBody);
        if (!hasBody) {
            onAnswerEnd(null);
        }
        return true;
    }

    private void onInterim(ResponseHead head) {
        if (head.status() == 101) {
            // The gateway did not ask to switch protocols.
            fail(malformed("unexpected-101"));
            return;
        }
        isInterimSeen = true;
        exchange().interim(head);
        exchange().flush();
        head.clear();
    }

    private UpstreamFailure malformed(String detail) {
        return new UpstreamFailure.MalformedAnswer(requireNonNull(endpoint).endpoint(), detail);
    }

    /// The answer is complete: the connection goes back before the client's next request can want it.
    private void onAnswerEnd(@Nullable FieldLines trailers) {
        Exchange answered = exchange();
        UpstreamConnection from = requireNonNull(connection);
        AnswerTee copies = answerTee;
        boolean isReusable =
                isRequestSent && from.head().isKeepAlive() && !from.body().endsWithConnection();
        settle(false);
        release();
        from.detach(isReusable);
        answered.answerEnd(trailers);
        answered.flush();
        if (copies != null) {
            copies.onEnd();
        }
        upstreams.giveBack(this);
    }

    /// All bytes of one read have been handled.
    void onReadTurn() {
        Exchange answered = exchange();
        answered.flush();
        UpstreamConnection from = connection;
        if (from != null && !answered.isWritable()) {
            from.readAnswer(false);
        }
    }

    @Override
    public void onClientWritable() {
        UpstreamConnection from = connection;
        if (from != null) {
            lastByteNs = System.nanoTime();
            from.readAnswer(true);
        }
    }

    // ---- ends

    /// The upstream has closed the connection.
    ///
    /// @param isReset whether it broke rather than ended: a body that only the end delimits is then incomplete
    void onUpstreamClosed(boolean isReset) {
        UpstreamConnection from = requireNonNull(connection);
        if (state == State.ANSWERING && from.body().endsWithConnection() && !isReset) {
            onAnswerEnd(null);
            return;
        }
        Endpoint where = requireNonNull(endpoint).endpoint();
        if (state == State.ANSWERING) {
            fail(new UpstreamFailure.ResetDuringAnswer(where));
            return;
        }
        boolean isSilent = from.isReused() && !from.head().isStarted() && !isInterimSeen;
        boolean isStale = isSilent && System.nanoTime() - lastByteNs < STALE_NS;
        boolean isWhole = !isBodySent && isRequestEnded;
        if (isStale && isWhole && !isRepeat && exchange().head().isIdempotent()) {
            isRepeat = true;
            settle(false);
            connection = null;
            from.detach(false);
            triedBits = 0;
            isRequestSent = false;
            nextTry();
        } else {
            fail(new UpstreamFailure.ResetBeforeAnswer(where, isStale, isRequestSent));
        }
    }

    @Override
    public void onClientGone() {
        CallListener told = listener;
        if (state == State.OVER || told == null) {
            return;
        }
        if (state == State.ASKING && isRequestSent && told.keeps(this)) {
            return;
        }
        UpstreamConnection from = connection;
        EndpointPool waitingIn = pool;
        if (from == null && waitingIn != null) {
            waitingIn.cancel(this);
        }
        settle(false);
        release();
        if (from != null) {
            from.detach(false);
        }
        told.onAbandoned(from != null);
        upstreams.giveBack(this);
    }

    @Override
    public void onSweep(long nowNs) {
        if (state == State.OVER) {
            return;
        }
        Exchange asked = exchange();
        if (isSlow(nowNs)) {
            slowAfterNs = 0;
            requireNonNull(listener).onSlow(asked, this);
        } else if (requestTimeoutNs > 0 && nowNs - asked.startedNs() > requestTimeoutNs) {
            fail(new UpstreamFailure.RequestTimeout(requestTimeoutNs));
        } else if (tryTimeoutNs > 0 && nowNs - tryStartedNs > tryTimeoutNs) {
            fail(tryTimeout(tryTimeoutNs));
        } else if (nowNs - lastByteNs > Math.max(IDLE_TIMEOUT_NS, tryTimeoutNs) && asked.isWritable()) {
            fail(tryTimeout(Math.max(IDLE_TIMEOUT_NS, tryTimeoutNs)));
        }
    }

    private boolean isSlow(long nowNs) {
        return isRequestSent && nowNs - sentNs >= slowAfterNs && awaitsAnswer(sentNs);
    }

    @Override
    public boolean awaitsAnswer(long sentAtNs) {
        UpstreamConnection asked = connection;
        return slowAfterNs > 0
                && sentNs == sentAtNs
                && state == State.ASKING
                && asked != null
                && !asked.head().isStarted();
    }

    @Override
    public byte @Nullable [] requestBody() {
        return tee.bytes();
    }

    @Override
    public void readAnswer(boolean isOn) {
        UpstreamConnection from = connection;
        if (from != null) {
            from.readAnswer(isOn);
        }
    }

    @Override
    public void moveTo(Exchange next, CallListener nextListener, long requestNs, long tryNs) {
        assert state == State.ASKING;
        exchange = next;
        listener = nextListener;
        answerTee = nextListener.answerTee();
        requestTimeoutNs = requestNs;
        tryTimeoutNs = tryNs;
        lastByteNs = System.nanoTime();
        next.calls(requireNonNull(pool).name());
        next.consumer(this);
    }

    private UpstreamFailure tryTimeout(long timeoutNs) {
        LoopEndpoint asked = endpoint;
        return asked == null
                ? new UpstreamFailure.RequestTimeout(timeoutNs)
                : new UpstreamFailure.BackendRequestTimeout(
                        asked.endpoint(), timeoutNs, isRequestSent && state == State.ASKING);
    }

    private void fail(UpstreamFailure failure) {
        Exchange asked = exchange();
        CallListener whoAnswers = requireNonNull(listener);
        UpstreamConnection from = connection;
        EndpointPool waitingIn = pool;
        if (from == null && waitingIn != null) {
            waitingIn.cancel(this);
        }
        settle(failure.isEndpointFault());
        UnsentRequest unsent = new UnsentRequest(new ArrayDeque<>(early), isRequestEnded);
        early.clear();
        release();
        if (from != null) {
            from.detach(false);
        }
        if (from == null && whoAnswers.takesOver(asked, failure, unsent)) {
            asked.readBody(true);
        } else {
            unsent.body().forEach(ByteBuf::release);
            asked.readBody(true);
            whoAnswers.onFailure(asked, failure);
            asked.flush();
        }
        upstreams.giveBack(this);
    }

    /// Tells the breaker how the try ended; once a try.
    private void settle(boolean isFailure) {
        LoopEndpoint tried = endpoint;
        if (tried == null) {
            return;
        }
        endpoint = null;
        if (isFailure || status >= 500) {
            tried.failed(permit, System.nanoTime(), exchange().loop().nextRandom());
        } else if (status > 0) {
            tried.succeeded(permit, lastByteNs);
        } else {
            tried.abandoned(permit, System.nanoTime());
        }
    }

    /// Lets go of everything but the connection.
    private void release() {
        state = State.OVER;
        LoopUpstream backend = upstream;
        if (backend != null) {
            backend.limit().release(BackendResource.REQUESTS);
        }
        ByteBuf data = early.pollFirst();
        while (data != null) {
            data.release();
            data = early.pollFirst();
        }
        earlyTrailers = null;
        isRequestPaused = false;
        tee.begin(0);
        upstream = null;
        pool = null;
        connection = null;
        exchange = null;
        listener = null;
        answerTee = null;
    }

    private Exchange exchange() {
        return requireNonNull(exchange);
    }

    /// The body of the answer, without its framing.
    private final class AnswerSink implements BodySink {
        @Override
        public void onBody(ByteBuf in, int bytes) {
            AnswerTee copies = answerTee;
            if (copies != null) {
                copies.onBody(in, bytes);
            }
            exchange().answerBody(in, bytes);
        }

        @Override
        public void onBodyEnd(@Nullable FieldLines trailers) {
            onAnswerEnd(trailers);
        }
    }
}
