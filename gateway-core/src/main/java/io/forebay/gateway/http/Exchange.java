package io.forebay.gateway.http;

import static java.util.Objects.requireNonNull;

import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.Permit;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.Principal;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.UrlRewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One request and its answer, from the complete head to the last byte either way; lives on one loop.
///
/// It grows by stage: received (connection, head, snapshot), matched (listener, rule), identified (principal),
/// permitted (permit). Asking for what a stage has not given yet is an error in the pipeline's order and throws. It
/// is one mutable object, reused by an HTTP/1.1 connection, because a profile showed that objects per stage are what
/// a request allocates.
///
/// The client's side is a [ClientStream], the other side a [RequestConsumer]. Answers go through [#answer] and its
/// companions, which hold the one rule both sides rely on: a head once, then bytes, then one end.
public final class Exchange {
    private final LoopContext loop;
    private final RequestHandler handler;
    private final ClientStream client;
    private final Connection accepted;
    private final TraceContext trace = new TraceContext();
    private final FieldLines answerLines = new FieldLines(16);
    private final ExchangeRecord record = new ExchangeRecord();
    private final ExchangeTries tries;
    private final ConsumerSlot consumer = new ConsumerSlot();

    private Connection connection;
    private @Nullable RequestHead head;
    private @Nullable PolicySnapshot snapshot;
    private @Nullable ListenerPolicy listener;
    private @Nullable RouteRule rule;
    private HeaderEdits answerEdits = HeaderEdits.NONE;
    private @Nullable UrlRewrite rewrite;
    private @Nullable Principal principal;
    private @Nullable Permit permit;
    private boolean isAnswered;
    private boolean isAnswerComplete;
    private boolean isRequestComplete;
    private boolean isClientGone;
    private boolean isCutOff;
    private boolean isEnded = true;

    public Exchange(LoopContext loop, RequestHandler handler, ClientStream client, Connection connection) {
        this.loop = loop;
        this.tries = new ExchangeTries(loop, trace);
        this.handler = handler;
        this.client = client;
        this.accepted = connection;
        this.connection = connection;
    }

    /// Begins with the head of a stream, and has it served or refused.
    ///
    /// @param problem what is wrong with the head, or null
    void beginOrRefuse(RequestHead received, @Nullable Malformed problem, long nowNs) {
        if (problem != null) {
            received.begin("GET", "/", "invalid");
        }
        begin(received, nowNs);
        if (problem != null) {
            handler.onMalformed(this, problem);
        } else if (!accepted.hosts().mayServe(received)) {
            handler.onMalformed(this, Malformed.MISDIRECTED);
        } else {
            handler.onRequest(this);
        }
    }

    /// Begins with a complete head; the edge calls this once a request.
    void begin(RequestHead received, long nowNs) {
        assert loop.isCurrent() && isEnded;
        head = received;
        connection = accepted;
        snapshot = null;
        listener = null;
        rule = null;
        answerEdits = HeaderEdits.NONE;
        rewrite = null;
        principal = null;
        permit = null;
        consumer.clear();
        record.begin(nowNs);
        isAnswered = false;
        isAnswerComplete = false;
        isRequestComplete = !received.hasBody();
        isClientGone = false;
        isCutOff = false;
        isEnded = false;
        answerLines.clear();
        String alternative = accepted.alternative().altSvc();
        if (alternative != null) {
            answerLines.appendLine("alt-svc", alternative);
        }
        tries.clear();
        trace.start(received, loop);
    }

    // ---- what the stages learn

    public LoopContext loop() {
        return loop;
    }

    public Connection connection() {
        return connection;
    }

    /// The request came by another connection than the one it was read from: another process has handed it on.
    public void cameBy(Connection other) {
        connection = other;
    }

    /// The connection that it was read from, whoever handed it on.
    public Connection accepted() {
        return accepted;
    }

    /// Whether another process of the gateway has handed it on.
    @SuppressWarnings("ReferenceEquality") // the very connection
    public boolean isHandedOn() {
        return connection != accepted;
    }

    public RequestHead head() {
        return requireNonNull(head, "no head");
    }

    /// The version of HTTP that the client speaks: `1.0`, `1.1`, `2` or `3`.
    public String protocolVersion() {
        return switch (client.majorVersion()) {
            case 3 -> "3";
            case 2 -> "2";
            default -> head().minorVersion() == 0 ? "1.0" : "1.1";
        };
    }

    public TraceContext trace() {
        return trace;
    }

    /// The policy this exchange began with and keeps, whatever is published meanwhile.
    public PolicySnapshot snapshot() {
        return requireNonNull(snapshot, "not received");
    }

    public void received(PolicySnapshot current) {
        snapshot = current;
    }

    public ListenerPolicy listener() {
        return requireNonNull(listener, "not matched");
    }

    public RouteRule rule() {
        return requireNonNull(rule, "not matched");
    }

    /// The rule, or null for a request that no rule matched or that the gateway serves itself.
    public @Nullable RouteRule ruleOrNull() {
        return rule;
    }

    public void matched(ListenerPolicy matchedListener, @Nullable RouteRule matchedRule) {
        listener = matchedListener;
        rule = matchedRule;
        answerEdits = matchedRule == null ? HeaderEdits.NONE : matchedRule.responseHeaders();
        rewrite = matchedRule == null ? null : matchedRule.rewrite();
    }

    /// Handles the request, which nobody has begun to answer, as if it came now, and takes ownership of the buffers.
    ///
    /// @param body what has come of its body, all of it where [#isRequestComplete]
    public void serveAgain(Queue<ByteBuf> body, @Nullable FieldLines trailers) {
        boolean isWhole = isRequestComplete;
        isRequestComplete = !head().hasBody();
        record.servedAgain();
        tries.servedAgain();
        handler.onRequest(this);
        replay(body);
        if (isWhole && !isRequestComplete) {
            onBodyEnd(trailers);
            consumer.onReadComplete();
        }
    }

    /// What is made of the answer's fields, whoever answers: what the rule says, unless a stage has added to it.
    public HeaderEdits answerEdits() {
        return answerEdits;
    }

    public void answerEdits(HeaderEdits edits) {
        answerEdits = edits;
    }

    /// What the upstream is told instead of the host and path of the head, which stay as they came; null for the same.
    public @Nullable UrlRewrite rewrite() {
        return rewrite;
    }

    /// For an exchange that no rule was matched for, such as a job's.
    public void rewrite(@Nullable UrlRewrite edits) {
        rewrite = edits;
    }

    public Principal principal() {
        return requireNonNull(principal, "not identified");
    }

    public @Nullable Principal principalOrNull() {
        return principal;
    }

    public void identified(Principal caller) {
        principal = caller;
    }

    public Permit permit() {
        return requireNonNull(permit, "not permitted");
    }

    public void permitted(Permit given) {
        permit = given;
    }

    /// Lines that the gateway adds to the answer, whoever makes it.
    public FieldLines answerLines() {
        return answerLines;
    }

    // ---- the request's body

    /// Names who takes the body; called once, before the handler returns from [RequestHandler#onRequest]. Nothing more
    /// is told once the answer is complete.
    public void consumer(RequestConsumer taker) {
        if (!isAnswerComplete) {
            consumer.fill(taker);
        }
    }

    /// Names who sees the body that is still to come, beside its consumer.
    public void tap(BodyTap observer) {
        consumer.tap(observer);
    }

    /// The consumer has gone, to another exchange or altogether.
    public void leaveConsumer() {
        consumer.clear();
    }

    void onBody(ByteBuf in, int bytes) {
        record.requestBytes += bytes;
        consumer.onBody(in, bytes);
    }

    void onBodyEnd(@Nullable FieldLines trailers) {
        isRequestComplete = true;
        consumer.onBodyEnd(trailers);
        endIfComplete();
    }

    /// Gives a body that was held back to the consumer that was set since, and takes ownership of the buffers. The
    /// answer may be complete by now, and the exchange over with it.
    public void replayBody(Queue<ByteBuf> body, @Nullable FieldLines trailers) {
        replay(body);
        consumer.onBodyEnd(trailers);
        consumer.onReadComplete();
    }

    private void replay(Queue<ByteBuf> body) {
        ByteBuf data = body.poll();
        while (data != null) {
            consumer.onBody(data, data.readableBytes());
            data.release();
            data = body.poll();
        }
    }

    void onReadComplete() {
        consumer.onReadComplete();
    }

    void onWritable() {
        consumer.onClientWritable();
    }

    void onInputClosed() {
        consumer.onInputClosed();
    }

    void onGoAway() {
        consumer.onGoAway();
    }

    void onSweep(long nowNs) {
        consumer.onSweep(nowNs);
    }

    /// What its consumer keeps of it, in bytes.
    long heldBytes() {
        return consumer.heldBytes();
    }

    /// The client has gone: nothing can be answered any more.
    void onClientGone() {
        onClientGone(ResponseFlag.CLIENT_GONE);
    }

    /// The client is given up, or what it sends is broken: nothing can be answered any more.
    void onClientGone(ResponseFlag why) {
        if (isEnded) {
            return;
        }
        isClientGone = true;
        if (!isAnswerComplete) {
            isAnswerComplete = true;
            isCutOff = true;
            record.failed(why.code(), why);
            consumer.onClientGone();
        }
        isRequestComplete = true;
        endIfComplete();
    }

    /// The rest of the request will not be read: the answer was complete before it.
    void onRequestAbandoned() {
        isRequestComplete = true;
        endIfComplete();
    }

    /// The framing of the request's body is broken before anything was answered: the consumer lets go, `answer` says
    /// why.
    void brokenBody(Runnable answer) {
        isRequestComplete = true;
        consumer.onClientGone();
        answer.run();
    }

    /// Makes whoever took the request let go of it, because the gateway answers by itself after all.
    public void takeBack() {
        consumer.onClientGone();
    }

    /// Whether the whole request has come.
    public boolean isRequestComplete() {
        return isRequestComplete;
    }

    /// Stops or resumes the reading of the request's body.
    public void readBody(boolean isOn) {
        if (!isEnded) {
            client.readBody(isOn);
        }
    }

    /// Lets a client that asked first send its body.
    public void sendContinue() {
        if (isContinueAwaited() && !isRequestComplete) {
            client.sendContinue();
            client.flush();
        }
    }

    /// Whether the client has asked first and sends nothing of its body yet (RFC 9110, section 10.1.1).
    boolean isContinueAwaited() {
        return head().expectsContinue() && record.requestBytes == 0;
    }

    // ---- the answer

    /// Sends a 1xx answer; nothing happens once the final answer has begun.
    public void interim(ResponseHead interim) {
        if (!isAnswered && !isClientGone) {
            client.interim(interim);
        }
    }

    /// Begins the answer.
    ///
    /// @param answer valid during the call only
    public void answer(ResponseHead answer, boolean hasBody) {
        assert !isAnswered && !isEnded : "answered twice";
        isAnswered = true;
        record.status = answer.status();
        record.answeredNs = System.nanoTime();
        client.head(answer, hasBody);
    }

    /// Gives both ways of the stream over to another protocol (RFC 9110 section 7.8): what comes from now on, either
    /// way, is bytes until that side ends. Tells the consumer of the client's as of a body.
    ///
    /// @param answer 101 (Switching Protocols); valid during the call only
    public void switchProtocols(ResponseHead answer) {
        assert !isAnswered && !isEnded : "answered twice";
        isAnswered = true;
        isRequestComplete = false;
        record.status = answer.status();
        record.answeredNs = System.nanoTime();
        client.switchProtocols(answer);
    }

    /// Sends the next `bytes` bytes of `in` as some of the answer's body, and leaves `in` standing behind them.
    public void answerBody(ByteBuf in, int bytes) {
        if (isClientGone) {
            in.skipBytes(bytes);
            return;
        }
        record.answerBytes += bytes;
        client.body(in, bytes);
    }

    /// Completes the answer.
    public void answerEnd(@Nullable FieldLines trailers) {
        if (!isAnswerComplete) {
            isAnswerComplete = true;
            consumer.clear();
            client.end(trailers);
            endIfComplete();
        }
    }

    /// A whole answer of the gateway's own; HEAD gets its head alone.
    public void answerWhole(ResponseHead answer, byte[] body) {
        boolean hasBody = body.length > 0 && !head().isHead() && !answer.isBodyless();
        answer(answer, hasBody);
        if (hasBody) {
            answerBody(Unpooled.wrappedBuffer(body), body.length);
        }
        answerEnd(null);
        client.flush();
    }

    /// Breaks off an answer that has begun and cannot be completed.
    public void abort(String why, ResponseFlag how) {
        if (!isAnswerComplete) {
            isAnswerComplete = true;
            isRequestComplete = true;
            isCutOff = true;
            record.reason = why;
            record.failed(why, how);
            consumer.clear();
            client.abort();
            endIfComplete();
        }
    }

    /// Sends out what was written.
    public void flush() {
        client.flush();
    }

    public boolean isWritable() {
        return client.isWritable();
    }

    public boolean isAnswered() {
        return isAnswered;
    }

    public boolean isAnswerComplete() {
        return isAnswerComplete;
    }

    public boolean isClientGone() {
        return isClientGone;
    }

    /// Whether the exchange ended before its answer was complete.
    public boolean isCutOff() {
        return isCutOff;
    }

    private void endIfComplete() {
        if (isAnswerComplete && isRequestComplete && !isEnded) {
            isEnded = true;
            assert !isCutOff || record.flag != null : "cut off without a flag: " + record.reason;
            handler.onEnd(this);
            client.exchangeEnded();
        }
    }

    boolean isEnded() {
        return isEnded;
    }

    /// Forgets the head, which the edge gives back to its loop.
    @Nullable
    RequestHead takeHead() {
        RequestHead taken = head;
        head = null;
        return taken;
    }

    // ---- what is recorded

    /// Notes why the exchange ended as it did: a stable, machine-readable word.
    public void because(String why) {
        record.reason = why;
    }

    /// Notes that the call is refused or has failed, and how: before anything of it is told to anybody.
    ///
    /// @param why a stable, machine-readable word, finer than `how`
    public void fails(String why, ResponseFlag how) {
        record.failed(why, how);
    }

    /// The same in the place of what was noted before: the failed call was a part of something else.
    public void failsRather(String why, ResponseFlag how) {
        record.failedRather(why, how);
    }

    /// Why the call was refused or has failed, or null.
    public @Nullable ResponseFlag flag() {
        return record.flag;
    }

    public @Nullable String reason() {
        return record.reason;
    }

    /// Notes what a policy in shadow mode would have refused; nothing else comes of it. The first counts: enforced, it
    /// would have been the only one.
    public void wouldRefuse(String why) {
        if (record.shadowReason == null) {
            record.shadowReason = why;
        }
    }

    public @Nullable String shadowReason() {
        return record.shadowReason;
    }

    /// Whom the gateway called for it.
    public ExchangeTries tries() {
        return tries;
    }

    /// Whether this is the attempt of a job.
    public boolean isJob() {
        return client.isJob();
    }

    public long startedNs() {
        return record.startedNs;
    }

    /// When the final answer began, or 0.
    public long answeredNs() {
        return record.answeredNs;
    }

    /// The status of the final answer, or 0 when there was none.
    public int status() {
        return record.status;
    }

    public long requestBytes() {
        return record.requestBytes;
    }

    public long answerBytes() {
        return record.answerBytes;
    }
}
