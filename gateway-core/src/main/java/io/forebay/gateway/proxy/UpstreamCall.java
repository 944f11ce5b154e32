package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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

    /// How long both sides of another protocol may be silent.
    static final long SWITCHED_IDLE_NS = TimeUnit.HOURS.toNanos(1);

    /// A reused connection that closes without a byte later than this after the request was sent had not been closed
    /// before: the upstream broke over the request.
    static final long STALE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int TRIES_MAX = 3;

    /// A longer body is not kept for another try.
    static final int REPLAYED_BYTES_MAX = 64 * 1024;

    /// An upstream that wants to be left alone for longer gets no other try; its answer goes to the client.
    static final long RETRY_AFTER_MAX_NS = TimeUnit.SECONDS.toNanos(10);

    private enum State {
        OVER,
        CONNECTING,
        /// A try has failed and the next comes later, or the first was put off.
        BACKING_OFF,
        /// The request is on its way and no byte of a final answer has come.
        ASKING,
        ANSWERING,
    }

    private final LoopUpstreams upstreams;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private final RequestTee tee;
    private final CallRetries retries = new CallRetries();
    private final Runnable again = this::again;

    private State state = State.OVER;
    private @Nullable Exchange exchange;
    private @Nullable CallListener listener;
    private @Nullable AnswerTee answerTee;
    private @Nullable LoopUpstream upstream;
    private @Nullable LoopEndpoint endpoint;
    private @Nullable EndpointPool pool;
    private @Nullable UpstreamStream stream;
    private @Nullable CallSession session;
    private HeaderEdits edits = HeaderEdits.NONE;
    private @Nullable FieldLines earlyTrailers;
    /// An endpoint that answers, but not as whom the policy expects: told rather than that none is ready.
    private UpstreamFailure.@Nullable TlsFailed tlsFailure;
    /// Why the last try had no connection, until a later one has.
    private @Nullable UpstreamFailure notConnected;
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
    /// Whether a try that was given up may have been processed.
    private boolean isMaybeProcessed;
    private boolean isRequestPaused;
    private boolean isSwitched;
    private @Nullable WebSocketEnd webSocket;

    UpstreamCall(LoopUpstreams upstreams) {
        this.upstreams = upstreams;
        this.tee = new RequestTee(upstreams.teeBudget());
    }

    /// Begins the call; it becomes the consumer of the exchange's body.
    ///
    /// @param headerEdits the rule's modifiers joined with what identity adds
    /// @param requestNs time for all tries since the exchange began, 0 for none
    /// @param tryNs time for one try, 0 for none
    /// @param clientSession where the client belongs, or null
    /// @param delayNs how long it waits before its first try, 0 for not at all
    void start(
            Exchange asked,
            LoopUpstream backend,
            HeaderEdits headerEdits,
            long requestNs,
            long tryNs,
            CallListener whoAnswers,
            @Nullable CallSession clientSession,
            long delayNs) {
        assert state == State.OVER;
        exchange = asked;
        listener = whoAnswers;
        answerTee = whoAnswers.answerTee();
        upstream = backend;
        edits = headerEdits;
        session = clientSession;
        requestTimeoutNs = requestNs;
        tryTimeoutNs = tryNs;
        triedBits = 0;
        tlsFailure = null;
        notConnected = null;
        tries = 0;
        status = 0;
        isRepeat = false;
        isBodySent = false;
        // Not the exchange's word: a body that was held back is complete there and still has to come here.
        isRequestEnded = !asked.head().hasBody();
        isRequestSent = false;
        isInterimSeen = false;
        isMaybeProcessed = false;
        isRequestPaused = false;
        isSwitched = false;
        webSocket = null;
        // A conversation that is about to begin is no job.
        slowAfterNs = asked.head().isUpgrade() ? 0 : whoAnswers.slowAfterNs(asked);
        // A job's exchange has no rule: its queue says what is made again.
        RouteRule rule = asked.ruleOrNull();
        retries.begin(rule == null ? null : rule.retry());
        tee.begin(keptBytesMax(asked, whoAnswers));
        asked.consumer(this);
        UpstreamFailure refusal = refusal(backend, asked);
        if (refusal != null) {
            state = State.CONNECTING;
            upstream = null;
            fail(refusal);
            return;
        }
        if (delayNs > 0) {
            state = State.BACKING_OFF;
            pauseRequest();
            retries.after(delayNs, asked.loop().eventLoop(), again);
            return;
        }
        nextTry();
    }

    /// Why the backend is not asked; null if the call counts as one of its requests now.
    private static @Nullable UpstreamFailure refusal(LoopUpstream backend, Exchange asked) {
        return switch (backend.limit().admit(asked.startedNs(), asked.loop().nextRandom())) {
            case ADMITTED -> null;
            case REQUESTS_LIMIT -> new UpstreamFailure.LimitReached(backend.id(), BackendResource.REQUESTS);
            case ADAPTIVE_LIMIT -> new UpstreamFailure.AdaptiveLimitReached(backend.id());
            case REFUSED -> new UpstreamFailure.NotAdmitted(backend.id());
        };
    }

    private int keptBytesMax(Exchange asked, CallListener whoAnswers) {
        int forHandOver = slowAfterNs == 0 ? 0 : whoAnswers.keptBodyBytesMax(asked);
        return retries.isOn() ? Math.max(forHandOver, REPLAYED_BYTES_MAX) : forHandOver;
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
        LoopEndpoint chosen = backend.pick(tryStartedNs, exchange(), triedBits, session);
        if (chosen == null && retries.isRetry() && triedBits != 0) {
            // All were tried: any may be well again.
            triedBits = 0;
            chosen = backend.pick(tryStartedNs, exchange(), 0, session);
        }
        if (chosen == null) {
            UpstreamFailure untrusted = tlsFailure;
            fail(untrusted == null ? new UpstreamFailure.NoReadyEndpoint(backend.id()) : untrusted);
            return;
        }
        endpoint = chosen;
        permit = chosen.permit();
        triedBits |= chosen.bit();
        EndpointPool chosenPool = backend.pool(chosen, exchange());
        pool = chosenPool;
        noteTry(exchange(), backend, chosenPool, tryStartedNs);
        chosenPool.acquire(this, isRepeat);
        if (state == State.CONNECTING && !exchange().isRequestComplete()) {
            pauseRequest();
        }
    }

    private static void noteTry(Exchange asked, LoopUpstream backend, EndpointPool pool, long nowNs) {
        asked.calls(backend.name(), pool.name(), nowNs);
        if (asked.trace().isSampled()) {
            asked.tracedTries().asks(TracedTarget.of(asked, pool));
        }
    }

    /// The pool gives a stream.
    void onConnected(UpstreamStream given) {
        stream = given;
        given.attach(this);
        state = State.ASKING;
        lastByteNs = System.nanoTime();
        exchange().connected(lastByteNs);
        notConnected = null;
        given.sendHead(exchange(), edits);
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
        given.flush();
    }

    /// The pool has no connection to give.
    void onNoConnection(UpstreamFailure failure) {
        boolean mayTryAnother = failure instanceof UpstreamFailure.ConnectFailure && tries < TRIES_MAX;
        settle(failure.isEndpointFault());
        notConnected = failure;
        exchange().tracedTries().failed(ProblemCatalog.flag(failure));
        if (failure instanceof UpstreamFailure.TlsFailed untrusted) {
            tlsFailure = untrusted;
        }
        if (mayTryAnother) {
            nextTry();
        } else {
            fail(failure);
        }
    }

    // ---- the request

    @Override
    public void onBody(ByteBuf in, int bytes) {
        UpstreamStream to = stream;
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

    private void send(UpstreamStream to, ByteBuf in, int bytes) {
        isBodySent = true;
        lastByteNs = System.nanoTime();
        tee.add(in, bytes);
        to.sendBody(in, bytes);
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (state == State.OVER) {
            return;
        }
        isRequestEnded = true;
        UpstreamStream to = stream;
        if (trailers != null && (to == null || retries.isOn())) {
            earlyTrailers = trailers.copy();
        }
        if (to != null) {
            sendEnd(to, trailers);
        }
    }

    private void sendEnd(UpstreamStream to, @Nullable FieldLines trailers) {
        isRequestSent = true;
        sentNs = System.nanoTime();
        if (slowAfterNs > 0) {
            upstreams.slowCalls().sent(this, sentNs, slowAfterNs);
        }
        if (isSwitched || exchange().head().hasBody()) {
            to.sendEnd(trailers);
        }
    }

    @Override
    public void onReadComplete() {
        UpstreamStream to = stream;
        if (to != null) {
            to.flush();
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

    /// Bytes of the answer have come.
    void onBytes() {
        lastByteNs = System.nanoTime();
    }

    /// The final answer begins.
    void onAnswerHead(ResponseHead head, boolean hasBody) {
        if (head.status() / 100 == 2 && exchange().head().isExtendedConnect()) {
            // The client would take it for the switch.
            onMalformed("protocol-not-switched");
            return;
        }
        status = head.status();
        exchange().tracedTries().answered(status);
        if (isRequestSent && status < 500) {
            requireNonNull(endpoint).answered(lastByteNs - sentNs, lastByteNs);
            requireNonNull(upstream).limit().answered(lastByteNs, lastByteNs - sentNs);
        }
        if (retries.retries(status) && triesAgain(UpstreamFailure.Repeat.MAYBE_PROCESSED, false, retryAfterNs(head))) {
            return;
        }
        state = State.ANSWERING;
        AnswerTee copies = answerTee;
        if (copies != null) {
            copies.onHead(head);
        }
        tellSession();
        exchange().answer(head, hasBody);
    }

    /// Both ways are another protocol's from now on; only silence ends it.
    void onSwitched(ResponseHead head) {
        if (answerTee != null) {
            // What is kept of an answer would be nothing that could be given again.
            onMalformed("unexpected-101");
            return;
        }
        status = head.status();
        exchange().tracedTries().answered(status);
        state = State.ANSWERING;
        isSwitched = true;
        isRequestEnded = false;
        isRequestSent = false;
        Exchange asked = exchange();
        if ("websocket".equalsIgnoreCase(asked.head().fields().joined(KnownHeader.UPGRADE))) {
            webSocket = new WebSocketEnd();
        }
        tellSession();
        asked.switchProtocols(head);
        asked.flush();
    }

    @Override
    public void onGoAway() {
        WebSocketEnd end = webSocket;
        if (state == State.ANSWERING && end != null) {
            end.onGoAway(exchange());
        }
    }

    private void tellSession() {
        CallSession told = session;
        if (told != null) {
            told.answeredBy(exchange(), requireNonNull(upstream), requireNonNull(endpoint));
        }
    }

    /// Some of its body, without framing.
    void onAnswerBody(ByteBuf in, int bytes) {
        WebSocketEnd end = webSocket;
        if (end != null) {
            end.relay(exchange(), in, bytes);
            return;
        }
        AnswerTee copies = answerTee;
        if (copies != null) {
            copies.onBody(in, bytes);
        }
        exchange().answerBody(in, bytes);
    }

    /// A 1xx answer.
    void onInterim(ResponseHead head) {
        isInterimSeen = true;
        exchange().interim(head);
        exchange().flush();
    }

    /// What came is no answer.
    ///
    /// @param detail why, for the log
    void onMalformed(String detail) {
        fail(new UpstreamFailure.MalformedAnswer(requireNonNull(endpoint).endpoint(), detail));
    }

    /// The answer is complete: the connection goes back before the client's next request can want it.
    void onAnswerEnd(@Nullable FieldLines trailers) {
        Exchange answered = exchange();
        UpstreamStream from = requireNonNull(stream);
        AnswerTee copies = answerTee;
        boolean isWhole = isRequestSent;
        settle(false);
        release();
        from.detach(isWhole);
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
        UpstreamStream from = stream;
        if (from != null && !answered.isWritable()) {
            from.readAnswer(false);
        }
    }

    @Override
    public void onClientWritable() {
        UpstreamStream from = stream;
        if (from != null) {
            lastByteNs = System.nanoTime();
            from.readAnswer(true);
        }
    }

    // ---- ends

    /// The upstream has ended the stream before the answer was complete.
    ///
    /// @param isUnprocessed whether it has said that it did nothing for the request
    void onUpstreamClosed(boolean isUnprocessed) {
        UpstreamStream from = requireNonNull(stream);
        Endpoint where = requireNonNull(endpoint).endpoint();
        if (state == State.ANSWERING) {
            fail(new UpstreamFailure.ResetDuringAnswer(where));
            return;
        }
        boolean isSilent = from.isReused() && !from.isAnswerStarted() && !isInterimSeen;
        boolean isStale = isUnprocessed || (isSilent && System.nanoTime() - lastByteNs < STALE_NS);
        boolean isWhole = !isBodySent && isRequestEnded;
        if (isStale && isWhole && !isRepeat && exchange().head().isIdempotent()) {
            exchange().tracedTries().failed(ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER);
            isRepeat = true;
            settle(false);
            stream = null;
            from.detach(false);
            triedBits = 0;
            isRequestSent = false;
            nextTry();
        } else {
            // That a connection looks closed before is reason enough to fail over, not to do harm twice.
            fail(
                    new UpstreamFailure.ResetBeforeAnswer(where, isStale, isRequestSent),
                    isUnprocessed ? UpstreamFailure.Repeat.UNPROCESSED : UpstreamFailure.Repeat.MAYBE_PROCESSED);
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
        UpstreamStream from = stream;
        EndpointPool waitingIn = pool;
        if (from == null && waitingIn != null) {
            waitingIn.cancel(this);
        }
        settle(false);
        release();
        if (from != null) {
            from.detach(false);
        }
        told.onAbandoned(from != null || isMaybeProcessed);
        upstreams.giveBack(this);
    }

    @Override
    public long heldBytes() {
        UpstreamStream to = stream;
        long bytes = tee.roomBytes() + (to == null ? 0 : to.unsentBytes());
        for (ByteBuf data : early) {
            bytes += data.readableBytes();
        }
        return bytes;
    }

    @Override
    public void onSweep(long nowNs) {
        if (state == State.OVER) {
            return;
        }
        Exchange asked = exchange();
        if (isSwitched) {
            if (nowNs - lastByteNs > SWITCHED_IDLE_NS) {
                fail(idleTimeout(SWITCHED_IDLE_NS));
            }
        } else if (state == State.BACKING_OFF) {
            if (requestTimeoutNs > 0 && nowNs - asked.startedNs() > requestTimeoutNs) {
                fail(new UpstreamFailure.RequestTimeout(requestTimeoutNs));
            }
        } else if (isSlow(nowNs)) {
            slowAfterNs = 0;
            requireNonNull(listener).onSlow(asked, this);
        } else if (requestTimeoutNs > 0 && nowNs - asked.startedNs() > requestTimeoutNs) {
            noteSilence(nowNs);
            fail(new UpstreamFailure.RequestTimeout(requestTimeoutNs));
        } else if (tryTimeoutNs > 0 && nowNs - tryStartedNs > tryTimeoutNs) {
            noteSilence(nowNs);
            fail(tryTimeout(tryTimeoutNs));
        } else if (nowNs - lastByteNs > Math.max(IDLE_TIMEOUT_NS, tryTimeoutNs) && asked.isWritable()) {
            fail(idleTimeout(Math.max(IDLE_TIMEOUT_NS, tryTimeoutNs)));
        }
    }

    /// An answer that does not come has taken so long at least.
    private void noteSilence(long nowNs) {
        if (isRequestSent && state == State.ASKING) {
            requireNonNull(upstream).limit().answered(nowNs, nowNs - sentNs);
        }
    }

    private boolean isSlow(long nowNs) {
        return isRequestSent && nowNs - sentNs >= slowAfterNs && awaitsAnswer(sentNs);
    }

    @Override
    public boolean awaitsAnswer(long sentAtNs) {
        UpstreamStream asked = stream;
        return slowAfterNs > 0
                && sentNs == sentAtNs
                && state == State.ASKING
                && asked != null
                && !asked.isAnswerStarted();
    }

    @Override
    public byte @Nullable [] requestBody() {
        return tee.bytes();
    }

    @Override
    public void readAnswer(boolean isOn) {
        UpstreamStream from = stream;
        if (from != null) {
            from.readAnswer(isOn);
        }
    }

    @Override
    public void moveTo(Exchange next, CallListener nextListener, long requestNs, long tryNs) {
        assert state == State.ASKING;
        retries.end();
        session = null;
        exchange = next;
        listener = nextListener;
        answerTee = nextListener.answerTee();
        requestTimeoutNs = requestNs;
        tryTimeoutNs = tryNs;
        lastByteNs = System.nanoTime();
        noteTry(next, requireNonNull(upstream), requireNonNull(pool), lastByteNs);
        next.connected(lastByteNs);
        next.consumer(this);
    }

    private UpstreamFailure tryTimeout(long timeoutNs) {
        LoopEndpoint asked = endpoint;
        return asked == null
                ? new UpstreamFailure.RequestTimeout(timeoutNs)
                : new UpstreamFailure.BackendRequestTimeout(
                        asked.endpoint(), timeoutNs, isRequestSent && state == State.ASKING);
    }

    private UpstreamFailure idleTimeout(long timeoutNs) {
        LoopEndpoint asked = endpoint;
        return asked == null
                ? new UpstreamFailure.RequestTimeout(timeoutNs)
                : new UpstreamFailure.StreamIdleTimeout(
                        asked.endpoint(), timeoutNs, isRequestSent && state == State.ASKING);
    }

    /// Gives the try up and makes the call again a little later, if the policy, the request and the time let it.
    ///
    /// @param notBeforeNs how long the upstream has asked to be left alone
    private boolean triesAgain(UpstreamFailure.Repeat repeat, boolean isEndpointFault, long notBeforeNs) {
        Exchange asked = exchange();
        LoopUpstream backend = upstream;
        boolean canReplay = !isBodySent || tee.isWhole();
        if (backend == null || asked.isAnswered() || !canReplay || notBeforeNs > RETRY_AFTER_MAX_NS) {
            return false;
        }
        long delayNs = Math.max(notBeforeNs, retries.delayNs(asked.loop().nextRandom()));
        boolean hasTime = requestTimeoutNs == 0 || System.nanoTime() - asked.startedNs() + delayNs < requestTimeoutNs;
        if (!hasTime || !retries.take(repeat, asked.head(), backend.limit())) {
            return false;
        }
        isMaybeProcessed |= repeat == UpstreamFailure.Repeat.MAYBE_PROCESSED;
        leaveTry(isEndpointFault);
        state = State.BACKING_OFF;
        retries.after(delayNs, asked.loop().eventLoop(), again);
        return true;
    }

    /// Lets go of the try's endpoint and stream, and takes back what was sent.
    private void leaveTry(boolean isEndpointFault) {
        UpstreamStream from = stream;
        EndpointPool waitingIn = pool;
        if (from == null && waitingIn != null) {
            waitingIn.cancel(this);
        }
        settle(isEndpointFault);
        stream = null;
        pool = null;
        if (from != null) {
            from.detach(false);
        }
        byte[] sent = isBodySent ? tee.bytes() : null;
        if (sent != null) {
            early.addFirst(Unpooled.wrappedBuffer(sent));
            tee.begin(keptBytesMax(exchange(), requireNonNull(listener)));
        }
        status = 0;
        tries = 0;
        isBodySent = false;
        isRequestSent = false;
        pauseRequest();
    }

    private void again() {
        if (state == State.BACKING_OFF) {
            nextTry();
        }
    }

    /// What the answer asks for in whole seconds (RFC 9110 section 10.2.3), in nanoseconds; 0 where it does not.
    private static long retryAfterNs(ResponseHead head) {
        String text = head.text(KnownHeader.RETRY_AFTER);
        if (text == null || text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            return 0;
        }
        return TimeUnit.SECONDS.toNanos(Long.parseLong(text));
    }

    private void fail(UpstreamFailure failure) {
        fail(failure, failure.repeat());
    }

    /// @param repeat what another try could do
    private void fail(UpstreamFailure failure, UpstreamFailure.Repeat repeat) {
        if (stream != null) {
            exchange().tracedTries().failed(ProblemCatalog.flag(failure));
        }
        if (retries.isOn() && triesAgain(repeat, failure.isEndpointFault(), 0)) {
            return;
        }
        Exchange asked = exchange();
        LoopUpstream backend = upstream;
        CallListener whoAnswers = requireNonNull(listener);
        UpstreamStream from = stream;
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
        if (from == null && !isMaybeProcessed && whoAnswers.takesOver(asked, failure, unsent)) {
            asked.readBody(true);
        } else {
            unsent.body().forEach(ByteBuf::release);
            // Whoever answers may do so later: the exchange must not tell this call of its end, which is another's by
            // then.
            asked.leaveConsumer();
            asked.readBody(true);
            asked.fails(failure.reason(), flag(failure, backend));
            whoAnswers.onFailure(asked, failure);
            asked.flush();
        }
        upstreams.giveBack(this);
    }

    /// That no endpoint is ready has a reason, which is told where it is known.
    private ResponseFlag flag(UpstreamFailure failure, @Nullable LoopUpstream backend) {
        UpstreamFailure before = notConnected;
        boolean isNoneReady = failure instanceof UpstreamFailure.NoReadyEndpoint;
        if (isNoneReady && before != null) {
            return ProblemCatalog.flag(before);
        }
        return isNoneReady && backend != null && backend.isBreakerOpen()
                ? ResponseFlag.BREAKER_OPEN
                : ProblemCatalog.flag(failure);
    }

    /// Tells the breaker how the try ended; once a try.
    private void settle(boolean isFailure) {
        LoopEndpoint tried = endpoint;
        if (tried == null) {
            return;
        }
        endpoint = null;
        ConcurrencyLimit limit = requireNonNull(upstream).limit();
        if (isFailure || status >= 500) {
            long nowNs = System.nanoTime();
            tried.failed(permit, nowNs, exchange().loop().nextRandom());
            limit.ended(nowNs, false);
        } else if (status > 0) {
            tried.succeeded(permit, lastByteNs);
            limit.ended(lastByteNs, true);
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
        retries.end();
        upstream = null;
        pool = null;
        stream = null;
        session = null;
        exchange = null;
        listener = null;
        answerTee = null;
    }

    private Exchange exchange() {
        return requireNonNull(exchange);
    }
}
