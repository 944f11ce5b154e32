package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.UpstreamFailure.ResetBeforeAnswer.Cause;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One exchange's call to a backend: chooses the endpoint, sends the request, relays the answer.
///
/// A call fails over to another endpoint only while no connection stood. It is sent once more, on a new connection,
/// when a reused one closed as the request was sent, the request is still whole and the method is idempotent (RFC 9110
/// section 9.2.2, RFC 9112 section 9.3.1). Both sides are paused when the other does not keep up. Owned by the
/// exchange's loop, which keeps calls for
/// reuse.
final class UpstreamCall implements RequestConsumer, RunningCall, SentCalls.Timed {
    private static final int TRIES_MAX = 3;

    /// A longer body is not kept for another try.
    static final int REPLAYED_BYTES_MAX = 64 * 1024;

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
    private final CallRequest request;
    private final CallRetries retries = new CallRetries();
    private final CallTimes times = new CallTimes();
    private final NotConnected notConnected = new NotConnected();
    private final Runnable again = this::again;

    private State state = State.OVER;
    private UpstreamTry current = new UpstreamTry(this);
    /// Made when the first of its calls may be hedged.
    private @Nullable CallHedge hedge;
    private @Nullable Exchange exchange;
    private @Nullable CallListener listener;
    private @Nullable AnswerTee answerTee;
    private @Nullable LoopUpstream upstream;
    private @Nullable CallSession session;
    private HeaderEdits edits = HeaderEdits.NONE;
    private long triedBits;
    private int tries;
    private boolean isRepeat;
    private boolean isInterimSeen;
    /// Whether a try that was given up may have been processed.
    private boolean isMaybeProcessed;
    private boolean isSwitched;
    /// Whether it may be hedged; its time to the first byte counts among those that tell when.
    private boolean isHedgeable;
    /// Whether that was tried, for once is all.
    private boolean isHedged;
    private @Nullable WebSocketEnd webSocket;

    UpstreamCall(LoopUpstreams upstreams) {
        this.upstreams = upstreams;
        this.request = new CallRequest(upstreams.teeBudget());
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
        triedBits = 0;
        notConnected.begin();
        tries = 0;
        isRepeat = false;
        isInterimSeen = false;
        isMaybeProcessed = false;
        isSwitched = false;
        webSocket = null;
        // A conversation that is about to begin is no job.
        times.begin(requestNs, tryNs, asked.head().isUpgrade() ? 0 : whoAnswers.slowAfterNs(asked));
        // A job's exchange has no rule: its queue says what is made again.
        RouteRule rule = asked.ruleOrNull();
        retries.begin(rule == null ? null : rule.retry());
        request.begin(asked, keptBytesMax(asked, whoAnswers));
        isHedged = false;
        isHedgeable = backend.isHedged() && mayHedge(asked.head(), whoAnswers);
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
            request.pause();
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
        int forHandOver = times.slowAfterNs() == 0 ? 0 : whoAnswers.keptBodyBytesMax(asked);
        return retries.isOn() ? Math.max(forHandOver, REPLAYED_BYTES_MAX) : forHandOver;
    }

    private boolean mayHedge(RequestHead head, CallListener whoAnswers) {
        return whoAnswers.mayHedge()
                && session == null
                && head.isIdempotent()
                && !head.isUpgrade()
                && (retries.isOn() || !head.hasBody());
    }

    BackendId backendId() {
        return requireNonNull(upstream).id();
    }

    private void nextTry() {
        state = State.CONNECTING;
        tries++;
        long nowNs = System.nanoTime();
        LoopUpstream backend = requireNonNull(upstream);
        LoopEndpoint chosen = backend.pick(nowNs, exchange(), triedBits, session);
        if (chosen == null && retries.isRetry() && triedBits != 0) {
            // All were tried: any may be well again.
            triedBits = 0;
            chosen = backend.pick(nowNs, exchange(), 0, session);
        }
        if (chosen == null) {
            fail(notConnected.noneReady(backend));
            return;
        }
        triedBits |= chosen.bit();
        EndpointPool pool = backend.pool(chosen, exchange());
        current.begin(chosen, pool, nowNs);
        noteTry(exchange(), backend, pool, nowNs);
        pool.acquire(current, isRepeat);
        if (state == State.CONNECTING && !exchange().isRequestComplete()) {
            request.pause();
        }
    }

    private static void noteTry(Exchange asked, LoopUpstream backend, EndpointPool pool, long nowNs) {
        asked.calls(backend.name(), pool.name(), nowNs);
        if (asked.trace().isSampled()) {
            asked.tracedTries().asks(TracedTarget.of(asked, pool));
        }
    }

    /// The try has a stream.
    void onConnected(UpstreamStream given) {
        state = State.ASKING;
        exchange().connected(current.lastByteNs());
        notConnected.connected();
        given.sendHead(exchange(), edits);
        request.sendHeld(given);
        if (request.isEnded()) {
            sendEnd(given, request.trailers());
        }
        request.resume();
        given.flush();
    }

    /// The try gets none.
    void onNoConnection(UpstreamFailure failure) {
        boolean mayTryAnother = failure instanceof UpstreamFailure.ConnectFailure && tries < TRIES_MAX;
        current.settle(failure.isEndpointFault(), upstreams.loop());
        notConnected.failed(failure);
        exchange().tracedTries().failed(ProblemCatalog.flag(failure));
        if (mayTryAnother) {
            nextTry();
        } else {
            fail(failure);
        }
    }

    // ---- the request

    @Override
    public void onBody(ByteBuf in, int bytes) {
        UpstreamStream to = current.stream();
        if (state == State.OVER) {
            in.skipBytes(bytes);
        } else if (to == null) {
            request.hold(in, bytes);
        } else {
            current.touch();
            request.send(to, in, bytes);
            if (!to.isWritable()) {
                request.pause();
            }
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (state == State.OVER) {
            return;
        }
        UpstreamStream to = current.stream();
        request.ended(trailers, to == null || retries.isOn());
        if (to != null) {
            sendEnd(to, trailers);
        }
    }

    private void sendEnd(UpstreamStream to, @Nullable FieldLines trailers) {
        request.sent();
        long sentNs = System.nanoTime();
        current.sent(sentNs);
        if (times.slowAfterNs() > 0) {
            upstreams.slowCalls().sent(this, sentNs, times.slowAfterNs());
        }
        if (isSwitched || exchange().head().hasBody()) {
            to.sendEnd(trailers);
        }
        if (isHedgeable && !isHedged && request.canReplay()) {
            requireNonNull(upstream).hedgeable(hedge(), sentNs);
        }
    }

    @Override
    public void onReadComplete() {
        UpstreamStream to = current.stream();
        if (to != null) {
            to.flush();
        }
    }

    void onUpstreamWritable() {
        request.resume();
    }

    // ---- the answer

    /// The final answer begins.
    void onAnswerHead(ResponseHead head, boolean hasBody) {
        if (head.status() / 100 == 2 && exchange().head().isExtendedConnect()) {
            // The client would take it for the switch.
            onMalformed("protocol-not-switched");
            return;
        }
        int status = head.status();
        long tookNs = current.answered(status);
        exchange().tracedTries().answered(status);
        if (request.isSent() && status < 500) {
            waited(tookNs);
        }
        if ((status >= 500 || retries.retries(status)) && isHedgeUnderWay()) {
            takeHedge(false);
            return;
        }
        if (retries.retries(status) && triesAgain(UpstreamFailure.Repeat.MAYBE_PROCESSED, false, RetryAfter.ns(head))) {
            return;
        }
        state = State.ANSWERING;
        dropHedge();
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
        current.answered(head.status());
        exchange().tracedTries().answered(head.status());
        state = State.ANSWERING;
        isSwitched = true;
        request.switched();
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
            told.answeredBy(exchange(), requireNonNull(upstream), requireNonNull(current.endpoint()));
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
        fail(new UpstreamFailure.MalformedAnswer(current.address(), detail));
    }

    /// The answer is complete: the connection goes back before the client's next request can want it.
    void onAnswerEnd(@Nullable FieldLines trailers) {
        Exchange answered = exchange();
        AnswerTee copies = answerTee;
        boolean isWhole = request.isSent();
        current.settle(false, upstreams.loop());
        UpstreamStream from = requireNonNull(current.letGo());
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
        UpstreamStream from = current.stream();
        if (from != null && !answered.isWritable()) {
            from.readAnswer(false);
        }
    }

    @Override
    public void onClientWritable() {
        UpstreamStream from = current.stream();
        if (from != null) {
            current.touch();
            from.readAnswer(true);
        }
    }

    // ---- a second try beside the first

    private CallHedge hedge() {
        CallHedge made = hedge;
        if (made == null) {
            made = new CallHedge(this, upstreams.loop());
            hedge = made;
        }
        return made;
    }

    /// Whether the first try still waits for an answer to what was sent at this time.
    boolean awaitsFirstByte(long sentAtNs) {
        return isHedgeable && !isHedged && state == State.ASKING && current.awaitsAnswer(sentAtNs);
    }

    /// Makes the second try; a call has one at most.
    void hedge(CallHedge second, long nowNs) {
        isHedged = true;
        LoopUpstream backend = requireNonNull(upstream);
        triedBits |= second.begin(exchange(), backend, request, edits, triedBits, nowNs);
    }

    private boolean isHedgeUnderWay() {
        CallHedge second = hedge;
        return second != null && second.isUnderWay();
    }

    private void dropHedge() {
        CallHedge second = hedge;
        if (second != null && second.isUnderWay()) {
            second.cancel();
        }
    }

    /// The second try is answered first.
    ///
    /// @return false for an answer that the first try may still do better than
    boolean onHedgeHead(ResponseHead head, boolean hasBody) {
        if (head.status() >= 500 || retries.retries(head.status())) {
            return false;
        }
        waited(System.nanoTime() - current.sentNs());
        takeHedge(false);
        onAnswerHead(head, hasBody);
        return true;
    }

    /// No answer of the current try has begun before now, `ns` after the request was sent.
    private void waited(long ns) {
        LoopUpstream backend = requireNonNull(upstream);
        requireNonNull(current.endpoint()).answered(ns, current.lastByteNs());
        backend.limit().answered(current.lastByteNs(), ns);
        if (isHedgeable) {
            backend.firstByte(ns, current.lastByteNs());
        }
    }

    /// The current try gives way to the second.
    private void takeHedge(boolean isEndpointFault) {
        isMaybeProcessed = true;
        isInterimSeen = false;
        current.settle(isEndpointFault, upstreams.loop());
        UpstreamStream from = current.letGo();
        if (from != null) {
            from.detach(false);
        }
        current = requireNonNull(hedge).takesOver(current);
        if (current.stream() == null) {
            state = State.CONNECTING;
            request.takeBack();
        }
    }

    // ---- ends

    /// The upstream has ended the stream before the answer was complete.
    ///
    /// @param isUnprocessed whether it has said that it did nothing for the request
    void onUpstreamClosed(boolean isUnprocessed) {
        Endpoint where = current.address();
        if (state == State.ANSWERING) {
            fail(new UpstreamFailure.ResetDuringAnswer(where));
            return;
        }
        Cause cause = current.closedFor(isUnprocessed, !isInterimSeen);
        if (cause != Cause.BROKEN && canRepeat()) {
            exchange().tracedTries().failed(ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER);
            isRepeat = true;
            leaveTry(false);
            triedBits = 0;
            nextTry();
        } else {
            // That a connection looks closed before is reason enough to fail over, not to do harm twice.
            fail(new UpstreamFailure.ResetBeforeAnswer(where, cause, request.isSent()));
        }
    }

    private boolean canRepeat() {
        return request.isWhole()
                && !isRepeat
                && !isHedgeUnderWay()
                && exchange().head().isIdempotent();
    }

    @Override
    public void onClientGone() {
        CallListener told = listener;
        if (state == State.OVER || told == null) {
            return;
        }
        if (state == State.ASKING && request.isSent() && told.keeps(this)) {
            return;
        }
        current.settle(false, upstreams.loop());
        UpstreamStream from = current.letGo();
        release();
        if (from != null) {
            from.detach(false);
        }
        told.onAbandoned(from != null || isMaybeProcessed);
        upstreams.giveBack(this);
    }

    @Override
    public long heldBytes() {
        UpstreamStream to = current.stream();
        return request.heldBytes() + (to == null ? 0 : to.unsentBytes());
    }

    @Override
    public void onSweep(long nowNs) {
        if (state == State.OVER) {
            return;
        }
        Exchange asked = exchange();
        if (state == State.ASKING
                && request.isSent()
                && times.isSlow(current, nowNs)
                && awaitsAnswer(current.sentNs())) {
            times.toldSlow();
            requireNonNull(listener).onSlow(asked, this);
            return;
        }
        UpstreamFailure over = overdue(asked, nowNs);
        if (over != null) {
            noteSilence(over, nowNs);
            fail(over);
        }
    }

    /// An answer that does not come in the policy's time has taken so long at least.
    private void noteSilence(UpstreamFailure over, long nowNs) {
        boolean isLate =
                over instanceof UpstreamFailure.RequestTimeout || over instanceof UpstreamFailure.BackendRequestTimeout;
        if (isLate && request.isSent() && state == State.ASKING) {
            requireNonNull(upstream).limit().answered(nowNs, nowNs - current.sentNs());
        }
    }

    private @Nullable UpstreamFailure overdue(Exchange asked, long nowNs) {
        if (isSwitched) {
            return CallTimes.switched(current, nowNs);
        }
        return state == State.BACKING_OFF
                ? times.waited(asked, nowNs)
                : times.tried(asked, current, request.isSent() && state == State.ASKING, nowNs);
    }

    @Override
    public boolean awaitsAnswer(long sentAtNs) {
        return times.slowAfterNs() > 0 && state == State.ASKING && current.awaitsAnswer(sentAtNs);
    }

    @Override
    public byte @Nullable [] requestBody() {
        return request.sentBytes();
    }

    @Override
    public void readAnswer(boolean isOn) {
        UpstreamStream from = current.stream();
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
        request.moveTo(next);
        times.begin(requestNs, tryNs, times.slowAfterNs());
        current.touch();
        noteTry(next, requireNonNull(upstream), current.pool(), current.lastByteNs());
        next.connected(current.lastByteNs());
        next.consumer(this);
    }

    /// Gives the try up and makes the call again a little later, if the policy, the request and the time let it.
    ///
    /// @param notBeforeNs how long the upstream has asked to be left alone
    private boolean triesAgain(UpstreamFailure.Repeat repeat, boolean isEndpointFault, long notBeforeNs) {
        Exchange asked = exchange();
        LoopUpstream backend = upstream;
        if (backend == null || asked.isAnswered() || !request.canReplay()) {
            return false;
        }
        long delayNs = retries.take(repeat, asked, times, backend.limit(), notBeforeNs);
        if (delayNs == CallRetries.NONE) {
            return false;
        }
        isMaybeProcessed |= repeat == UpstreamFailure.Repeat.MAYBE_PROCESSED;
        leaveTry(isEndpointFault);
        tries = 0;
        state = State.BACKING_OFF;
        retries.after(delayNs, asked.loop().eventLoop(), again);
        return true;
    }

    /// Lets go of the try's endpoint and stream, and takes back what was sent.
    private void leaveTry(boolean isEndpointFault) {
        current.settle(isEndpointFault, upstreams.loop());
        UpstreamStream from = current.letGo();
        if (from != null) {
            from.detach(false);
        }
        request.takeBack();
    }

    private void again() {
        if (state == State.BACKING_OFF) {
            nextTry();
        }
    }

    private void fail(UpstreamFailure failure) {
        if (current.stream() != null) {
            exchange().tracedTries().failed(ProblemCatalog.flag(failure));
        }
        if (isHedgeUnderWay() && !(failure instanceof UpstreamFailure.RequestTimeout)) {
            takeHedge(failure.isEndpointFault());
            return;
        }
        if (retries.isOn() && triesAgain(failure.repeat(), failure.isEndpointFault(), 0)) {
            return;
        }
        Exchange asked = exchange();
        LoopUpstream backend = upstream;
        CallListener whoAnswers = requireNonNull(listener);
        current.settle(failure.isEndpointFault(), upstreams.loop());
        UpstreamStream from = current.letGo();
        UnsentRequest unsent = request.takeUnsent();
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
            asked.fails(failure.reason(), notConnected.flag(failure, backend));
            whoAnswers.onFailure(asked, failure);
            asked.flush();
        }
        upstreams.giveBack(this);
    }

    /// Lets go of everything but the connection.
    private void release() {
        state = State.OVER;
        dropHedge();
        LoopUpstream backend = upstream;
        if (backend != null) {
            backend.limit().release(BackendResource.REQUESTS);
        }
        request.end();
        retries.end();
        upstream = null;
        session = null;
        exchange = null;
        listener = null;
        answerTee = null;
    }

    private Exchange exchange() {
        return requireNonNull(exchange);
    }
}
