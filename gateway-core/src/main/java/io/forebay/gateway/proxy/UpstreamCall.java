package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.UpstreamFailure.ResetBeforeAnswer.Cause;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RetryRule;
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
    private final CallTries tries;
    private final CallRequest request;
    private final CallAnswer answer = new CallAnswer();
    private final CallRetries retries = new CallRetries();
    private final CallTimes times = new CallTimes();
    private final Runnable again = this::again;

    private State state = State.OVER;
    private @Nullable Exchange exchange;
    private @Nullable CallListener listener;
    private boolean isRepeat;
    /// Whether a try that was given up may have been processed.
    private boolean isMaybeProcessed;

    UpstreamCall(LoopUpstreams upstreams) {
        this.upstreams = upstreams;
        this.request = new CallRequest(this, upstreams.teeBudget(), upstreams.replays());
        this.tries = new CallTries(this, upstreams.loop());
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
        isRepeat = false;
        isMaybeProcessed = false;
        answer.begin(whoAnswers.answerTee());
        // A conversation that is about to begin is no job.
        times.begin(requestNs, tryNs, asked.head().isUpgrade() ? 0 : whoAnswers.slowAfterNs(asked));
        // A job's exchange has no rule: its queue says what is made again.
        RouteRule rule = asked.ruleOrNull();
        RetryRule retry = rule == null ? null : rule.retry();
        retries.begin(retry);
        request.begin(asked, keptBytesMax(asked, whoAnswers), retry == null ? 0 : retry.bodyBytesMax());
        asked.consumer(this);
        UpstreamFailure refusal =
                tries.begin(backend, asked, headerEdits, clientSession, mayHedge(asked, backend, whoAnswers));
        if (refusal != null) {
            state = State.CONNECTING;
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

    private int keptBytesMax(Exchange asked, CallListener whoAnswers) {
        int forHandOver = times.slowAfterNs() == 0 ? 0 : whoAnswers.keptBodyBytesMax(asked);
        return retries.isOn() ? Math.max(forHandOver, REPLAYED_BYTES_MAX) : forHandOver;
    }

    private boolean mayHedge(Exchange asked, LoopUpstream backend, CallListener whoAnswers) {
        return backend.isHedged() && whoAnswers.mayHedge() && CallHedge.isFit(asked.head(), retries.isOn());
    }

    BackendId backendId() {
        return tries.backend().id();
    }

    private void nextTry() {
        state = State.CONNECTING;
        if (!tries.next(exchange(), retries.isRetry(), isRepeat)) {
            fail(tries.noneReady());
        } else if (state == State.CONNECTING && !exchange().isRequestComplete()) {
            request.pause();
        }
    }

    /// The try has a stream.
    void onConnected(UpstreamStream given) {
        state = State.ASKING;
        if (request.isReplayLost()) {
            onReplayLost();
            return;
        }
        exchange().tries().connected(current().lastByteNs());
        tries.connected();
        given.sendHead(exchange(), tries.edits());
        request.sendTo(given);
        given.flush();
    }

    /// The try gets none.
    void onNoConnection(UpstreamFailure failure) {
        if (tries.notConnected(exchange(), failure)) {
            nextTry();
        } else {
            fail(failure);
        }
    }

    // ---- the request

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (state == State.OVER) {
            in.skipBytes(bytes);
            return;
        }
        if (request.onBody(in, bytes)) {
            current().touch();
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (state != State.OVER) {
            request.onBodyEnd(trailers, retries.isOn());
        }
    }

    /// All of it was given to the try's stream.
    void onRequestSent() {
        long sentNs = System.nanoTime();
        current().sent(sentNs);
        if (times.slowAfterNs() > 0) {
            upstreams.slowCalls().sent(this, sentNs, times.slowAfterNs());
        }
        if (tries.hedge().isOpen() && request.isHere()) {
            tries.backend().hedgeable(tries.hedge(), sentNs);
        }
    }

    @Override
    public void onReadComplete() {
        current().flush();
    }

    void onUpstreamWritable() {
        request.onWritable();
    }

    /// Some of what was sent before was sent again.
    void onReplayed() {
        if (state != State.OVER) {
            current().touch();
            current().flush();
        }
    }

    /// What was sent before and is to be sent again cannot be read.
    void onReplayLost() {
        fail(new UpstreamFailure.ReplayLost(current().address()));
    }

    // ---- the answer

    /// The final answer begins.
    void onAnswerHead(ResponseHead head, boolean hasBody) {
        int status = head.status();
        if (status / 100 == 2 && exchange().head().isExtendedConnect()) {
            // The client would take it for the switch.
            onMalformed("protocol-not-switched");
            return;
        }
        long tookNs = current().answered(status);
        exchange().tries().traced().answered(status);
        if (request.isSent() && status < 500) {
            tries.waited(tookNs);
        }
        if (isFailure(status) && tries.hedge().isUnderWay()) {
            takeHedge(false);
            return;
        }
        if (retries.retries(status) && triesAgain(UpstreamFailure.Repeat.MAYBE_PROCESSED, false, RetryAfter.ns(head))) {
            return;
        }
        state = State.ANSWERING;
        request.leaveFile();
        tries.hedge().cancel();
        tries.answered(exchange());
        answer.head(exchange(), head, hasBody);
    }

    private boolean isFailure(int status) {
        return status >= 500 || retries.retries(status);
    }

    /// Both ways are another protocol's from now on; only silence ends it.
    void onSwitched(ResponseHead head) {
        if (!answer.maySwitch()) {
            onMalformed("unexpected-101");
            return;
        }
        current().answered(head.status());
        exchange().tries().traced().answered(head.status());
        state = State.ANSWERING;
        request.leaveFile();
        request.switched();
        tries.answered(exchange());
        answer.switched(exchange(), head);
    }

    @Override
    public void onGoAway() {
        if (state == State.ANSWERING) {
            answer.onGoAway(exchange());
        }
    }

    /// Some of its body, without framing.
    void onAnswerBody(ByteBuf in, int bytes) {
        answer.body(exchange(), in, bytes);
    }

    /// A 1xx answer.
    void onInterim(ResponseHead head) {
        answer.interim(exchange(), head);
    }

    /// What came is no answer.
    ///
    /// @param detail why, for the log
    void onMalformed(String detail) {
        fail(new UpstreamFailure.MalformedAnswer(current().address(), detail));
    }

    /// The answer is complete: the connection goes back before the client's next request can want it.
    void onAnswerEnd(@Nullable FieldLines trailers) {
        Exchange answered = exchange();
        boolean isWhole = request.isSent();
        UpstreamStream from = requireNonNull(tries.letGo(false));
        release();
        from.detach(isWhole);
        answer.end(answered, trailers);
        giveBack();
    }

    /// All bytes of one read have been handled.
    void onReadTurn() {
        Exchange answered = exchange();
        answered.flush();
        if (!answered.isWritable()) {
            current().readAnswer(false);
        }
    }

    @Override
    public void onClientWritable() {
        if (current().stream() != null) {
            current().touch();
            current().readAnswer(true);
        }
    }

    // ---- a second try beside the first

    /// Whether the first try still waits for an answer to what was sent at this time.
    boolean awaitsFirstByte(long sentAtNs) {
        return state == State.ASKING && current().awaitsAnswer(sentAtNs);
    }

    /// Makes the second try.
    void hedge(long nowNs) {
        tries.hedge(exchange(), request, nowNs);
    }

    /// The second try is answered first.
    ///
    /// @return false for an answer that the first try may still do better than
    boolean onHedgeHead(ResponseHead head, boolean hasBody) {
        if (isFailure(head.status())) {
            return false;
        }
        tries.waited(System.nanoTime() - current().sentNs());
        takeHedge(false);
        onAnswerHead(head, hasBody);
        return true;
    }

    /// The current try gives way to the second.
    private void takeHedge(boolean isEndpointFault) {
        isMaybeProcessed = true;
        answer.beginsAnew();
        UpstreamStream to = tries.takeHedge(isEndpointFault);
        if (to == null) {
            state = State.CONNECTING;
            request.takeBack();
        } else {
            request.wasSentTo(to);
        }
    }

    // ---- ends

    /// The upstream has ended the stream before the answer was complete.
    ///
    /// @param isUnprocessed whether it has said that it did nothing for the request
    void onUpstreamClosed(boolean isUnprocessed) {
        Endpoint where = current().address();
        if (state == State.ANSWERING) {
            fail(new UpstreamFailure.ResetDuringAnswer(where));
            return;
        }
        Cause cause = current().closedFor(isUnprocessed, !answer.isInterimSeen());
        if (cause != Cause.BROKEN && canRepeat()) {
            exchange().tries().traced().failed(ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER);
            isRepeat = true;
            leaveTry(false);
            tries.repeats();
            nextTry();
        } else {
            // That a connection looks closed before is reason enough to fail over, not to do harm twice.
            fail(new UpstreamFailure.ResetBeforeAnswer(where, cause, request.isSent()));
        }
    }

    private boolean canRepeat() {
        boolean isAlone = !isRepeat && !tries.hedge().isUnderWay();
        return isAlone && request.isWhole() && exchange().head().isIdempotent();
    }

    @Override
    public void onClientGone() {
        CallListener told = listener;
        if (state == State.OVER || told == null) {
            return;
        }
        if (isAwaited() && told.keeps(this)) {
            return;
        }
        UpstreamStream from = tries.letGo(false);
        release();
        if (from != null) {
            from.detach(false);
        }
        told.onAbandoned(from != null || isMaybeProcessed);
        giveBack();
    }

    @Override
    public long heldBytes() {
        return request.heldBytes() + current().unsentBytes();
    }

    @Override
    public void onSweep(long nowNs) {
        if (state == State.OVER) {
            return;
        }
        request.onSweep(nowNs);
        if (state == State.OVER) {
            return;
        }
        if (isAwaited()
                && times.isSlow(current(), nowNs)
                && awaitsAnswer(current().sentNs())) {
            times.toldSlow();
            requireNonNull(listener).onSlow(exchange(), this);
            return;
        }
        UpstreamFailure over = overdue(nowNs);
        if (over != null) {
            if (isAwaited() && CallTimes.isOfPolicy(over)) {
                // An answer that does not come in the policy's time has taken so long at least.
                tries.backend().limit().answered(nowNs, nowNs - current().sentNs());
            }
            fail(over);
        }
    }

    /// Whether the upstream has the whole request and no answer has begun.
    private boolean isAwaited() {
        return state == State.ASKING && request.isSent();
    }

    private @Nullable UpstreamFailure overdue(long nowNs) {
        if (answer.isSwitched()) {
            return CallTimes.switched(current(), nowNs);
        }
        return state == State.BACKING_OFF
                ? times.waited(exchange(), nowNs)
                : times.tried(exchange(), current(), isAwaited(), nowNs);
    }

    @Override
    public boolean awaitsAnswer(long sentAtNs) {
        return times.slowAfterNs() > 0 && state == State.ASKING && current().awaitsAnswer(sentAtNs);
    }

    @Override
    public byte @Nullable [] requestBody() {
        return request.sentBytes();
    }

    @Override
    public void readAnswer(boolean isOn) {
        current().readAnswer(isOn);
    }

    @Override
    public void moveTo(Exchange next, CallListener nextListener, long requestNs, long tryNs) {
        assert state == State.ASKING;
        retries.end();
        request.leaveFile();
        exchange = next;
        listener = nextListener;
        answer.copiesTo(nextListener.answerTee());
        request.moveTo(next);
        times.begin(requestNs, tryNs, times.slowAfterNs());
        tries.moveTo(next);
        next.consumer(this);
    }

    /// Gives the try up and makes the call again a little later, if the policy, the request and the time let it.
    ///
    /// @param notBeforeNs how long the upstream has asked to be left alone
    private boolean triesAgain(UpstreamFailure.Repeat repeat, boolean isEndpointFault, long notBeforeNs) {
        Exchange asked = exchange();
        if (!tries.isAdmitted() || asked.isAnswered() || !request.canReplay()) {
            return false;
        }
        long delayNs = retries.take(repeat, asked, times, tries.backend().limit(), notBeforeNs);
        if (delayNs == CallRetries.NONE) {
            return false;
        }
        isMaybeProcessed |= repeat == UpstreamFailure.Repeat.MAYBE_PROCESSED;
        leaveTry(isEndpointFault);
        tries.retries();
        state = State.BACKING_OFF;
        retries.after(delayNs, asked.loop().eventLoop(), again);
        return true;
    }

    /// Lets go of the try's endpoint and stream, and takes back what was sent.
    private void leaveTry(boolean isEndpointFault) {
        tries.leave(isEndpointFault);
        request.takeBack();
    }

    private void again() {
        if (state == State.BACKING_OFF) {
            nextTry();
        }
    }

    private void fail(UpstreamFailure failure) {
        if (current().stream() != null) {
            exchange().tries().traced().failed(ProblemCatalog.flag(failure));
        }
        if (tries.hedge().isUnderWay() && !(failure instanceof UpstreamFailure.RequestTimeout)) {
            takeHedge(failure.isEndpointFault());
            return;
        }
        if (retries.isOn() && triesAgain(failure.repeat(), failure.isEndpointFault(), 0)) {
            return;
        }
        Exchange asked = exchange();
        CallListener whoAnswers = requireNonNull(listener);
        ResponseFlag flag = tries.flag(failure);
        UpstreamStream from = tries.letGo(failure.isEndpointFault());
        boolean isUnasked = from == null && !isMaybeProcessed && request.isHere();
        UnsentRequest unsent = request.takeUnsent();
        release();
        if (from != null) {
            from.detach(false);
        }
        if (isUnasked && whoAnswers.takesOver(asked, failure, unsent)) {
            asked.readBody(true);
        } else {
            unsent.body().forEach(ByteBuf::release);
            // Whoever answers may do so later: the exchange must not tell this call of its end, which is another's by
            // then.
            asked.leaveConsumer();
            asked.readBody(true);
            asked.fails(failure.reason(), flag);
            whoAnswers.onFailure(asked, failure);
            asked.flush();
        }
        giveBack();
    }

    /// Lets go of everything but the connection.
    private void release() {
        state = State.OVER;
        tries.release();
        request.end();
        retries.end();
        exchange = null;
        listener = null;
    }

    private void giveBack() {
        answer.forget();
        upstreams.giveBack(this);
    }

    private UpstreamTry current() {
        return tries.current();
    }

    private Exchange exchange() {
        return requireNonNull(exchange);
    }
}
