package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.mesh.resilience.ConcurrencyLimit;
import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The second try of a call whose first is slow to be answered, and whether there may be one: at another endpoint,
/// within the backend's budget of retries and as one more of its requests. Whose answer begins first is the call's; the
/// other is broken off, which tells breakers nothing. Owned by its call, which uses it again.
final class CallHedge implements SentCalls.Timed {
    private static final long NOT_MADE = 0;

    private final UpstreamCall call;
    private final LoopContext loop;
    private UpstreamTry second;
    private boolean isAllowed;
    private boolean isMade;
    private @Nullable ConcurrencyLimit held;
    private @Nullable Exchange exchange;
    private @Nullable CallRequest request;
    private HeaderEdits edits = HeaderEdits.NONE;

    CallHedge(UpstreamCall call, LoopContext loop) {
        this.call = call;
        this.loop = loop;
        this.second = new UpstreamTry(call);
    }

    /// Whether a request may be made a second time.
    ///
    /// @param isKept whether its body is kept
    static boolean isFit(RequestHead head, boolean isKept) {
        return head.isIdempotent() && !head.isUpgrade() && (isKept || !head.hasBody());
    }

    /// A call begins.
    ///
    /// @param mayBeHedged whether it may be made a second time; its time to the first byte counts then among those
    ///     that tell when
    void begin(boolean mayBeHedged) {
        isAllowed = mayBeHedged;
        isMade = false;
    }

    boolean isAllowed() {
        return isAllowed;
    }

    /// Whether there may be a second try yet: a call has one at most.
    boolean isOpen() {
        return isAllowed && !isMade;
    }

    boolean isUnderWay() {
        return exchange != null;
    }

    @Override
    public boolean awaitsAnswer(long sentNs) {
        return isOpen() && call.awaitsFirstByte(sentNs);
    }

    @Override
    public void onSweep(long nowNs) {
        isMade = true;
        call.hedge(nowNs);
    }

    /// Begins the second try, if an endpoint and the limits are there for it.
    ///
    /// @param sent the request as the first try has sent it
    /// @param triedBits endpoints that are not to be asked
    /// @return the bit of its endpoint, or 0
    long begin(
            Exchange asked,
            LoopUpstream backend,
            CallRequest sent,
            HeaderEdits headerEdits,
            long triedBits,
            long nowNs) {
        if (!isWithin(backend.limit())) {
            return NOT_MADE;
        }
        LoopEndpoint chosen = backend.pick(nowNs, asked, triedBits, null);
        if (chosen == null) {
            giveBack();
            return NOT_MADE;
        }
        long bit = chosen.bit();
        EndpointPool pool = backend.pool(chosen, asked);
        exchange = asked;
        request = sent;
        edits = headerEdits;
        second.begin(chosen, pool, nowNs, this);
        asked.tries().hedgeBegins(pool.name(), nowNs);
        if (asked.trace().isSampled()) {
            asked.tries().traced().hedgeAsks(TracedTarget.of(asked, pool));
        }
        pool.acquire(second, false);
        return bit;
    }

    private boolean isWithin(ConcurrencyLimit limit) {
        if (!limit.tryAcquire(BackendResource.RETRIES)) {
            return false;
        }
        // Nor does it ask more of the backend than that can bear.
        boolean isRoom = limit.inUse(BackendResource.REQUESTS) < limit.requestsMax();
        if (!isRoom || !limit.tryAcquire(BackendResource.REQUESTS)) {
            limit.release(BackendResource.RETRIES);
            return false;
        }
        held = limit;
        return true;
    }

    private void giveBack() {
        ConcurrencyLimit limit = requireNonNull(held);
        limit.release(BackendResource.REQUESTS);
        limit.release(BackendResource.RETRIES);
        held = null;
        exchange = null;
        request = null;
    }

    // ---- what the second try tells

    void onConnected(UpstreamStream given) {
        Exchange asked = requireNonNull(exchange);
        CallRequest sent = requireNonNull(request);
        given.sendHead(asked, edits);
        byte[] body = sent.sentBytes();
        if (body != null && body.length > 0) {
            given.sendBody(Unpooled.wrappedBuffer(body), body.length);
        }
        if (asked.head().hasBody()) {
            given.sendEnd(sent.trailers());
        }
        second.sent(System.nanoTime());
        given.flush();
    }

    void onNoConnection(UpstreamFailure failure) {
        fail(failure);
    }

    void onMalformed(String detail) {
        fail(new UpstreamFailure.MalformedAnswer(second.address(), detail));
    }

    void onUpstreamClosed(boolean isUnprocessed) {
        fail(new UpstreamFailure.ResetBeforeAnswer(second.address(), second.closedFor(isUnprocessed, true), true));
    }

    private void fail(UpstreamFailure failure) {
        end(failure.isEndpointFault(), ProblemCatalog.flag(failure));
    }

    void onAnswerHead(ResponseHead head, boolean hasBody) {
        if (!call.onHedgeHead(head, hasBody)) {
            second.answered(head.status());
            requireNonNull(exchange).tries().traced().hedgeAnswered(head.status());
            end(false, null);
        }
    }

    // ---- ends

    /// The first try is answered, or the call is over.
    void cancel() {
        if (isUnderWay()) {
            end(false, null);
        }
    }

    private void end(boolean isEndpointFault, @Nullable ResponseFlag how) {
        requireNonNull(exchange).tries().hedgeEnded(how);
        second.settle(isEndpointFault, loop);
        UpstreamStream from = second.letGo();
        giveBack();
        if (from != null) {
            from.detach(false);
        }
    }

    /// The second try is the call's from now on, and this keeps the one that gave way for the next call.
    UpstreamTry takesOver(UpstreamTry gaveWay) {
        UpstreamTry taken = second;
        taken.takesOver();
        requireNonNull(exchange).tries().hedgeTakesOver(taken.pool().name(), taken.startedNs(), taken.connectedNs());
        giveBack();
        second = gaveWay;
        return taken;
    }
}
