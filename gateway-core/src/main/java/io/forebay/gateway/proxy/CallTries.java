package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.BackendResource;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.policy.route.HeaderEdits;
import org.jspecify.annotations.Nullable;

/// The tries of one call at the endpoints of its backend: which were asked already, the one under way, and a second
/// beside it. A call counts as one of its backend's requests until it is over. Owned by its call.
final class CallTries {
    /// Endpoints of one try that are asked for a connection.
    private static final int CONNECTIONS_MAX = 3;

    private final LoopContext loop;
    private final NotConnected notConnected = new NotConnected();
    private final CallHedge hedge;
    private UpstreamTry current;
    private @Nullable LoopUpstream backend;
    private @Nullable CallSession session;
    private HeaderEdits edits = HeaderEdits.NONE;
    private long triedBits;
    private int connections;

    CallTries(UpstreamCall call, LoopContext loop) {
        this.loop = loop;
        this.current = new UpstreamTry(call);
        this.hedge = new CallHedge(call, loop);
    }

    /// Has the backend admit the call; tells why it does not, or null.
    ///
    /// @param headerEdits the rule's modifiers joined with what identity adds
    /// @param mayHedge whether the call may be made a second time beside the first, for a client without
    ///     a session
    @Nullable
    UpstreamFailure begin(
            LoopUpstream called,
            Exchange asked,
            HeaderEdits headerEdits,
            @Nullable CallSession clientSession,
            boolean mayHedge) {
        session = clientSession;
        edits = headerEdits;
        triedBits = 0;
        connections = 0;
        notConnected.begin();
        hedge.begin(mayHedge && clientSession == null);
        UpstreamFailure refusal = refusal(called, asked);
        backend = refusal == null ? called : null;
        return refusal;
    }

    private static @Nullable UpstreamFailure refusal(LoopUpstream backend, Exchange asked) {
        return switch (backend.limit().admit(asked.startedNs(), asked.loop().nextRandom())) {
            case ADMITTED -> null;
            case REQUESTS_LIMIT -> new UpstreamFailure.LimitReached(backend.id(), BackendResource.REQUESTS);
            case ADAPTIVE_LIMIT -> new UpstreamFailure.AdaptiveLimitReached(backend.id());
            case REFUSED -> new UpstreamFailure.NotAdmitted(backend.id());
        };
    }

    LoopUpstream backend() {
        return requireNonNull(backend);
    }

    /// Whether the backend has taken the call.
    boolean isAdmitted() {
        return backend != null;
    }

    UpstreamTry current() {
        return current;
    }

    CallHedge hedge() {
        return hedge;
    }

    HeaderEdits edits() {
        return edits;
    }

    /// Makes the next try.
    ///
    /// @param isRetry whether an endpoint that was asked may be asked again when there is no other
    /// @param isRepeat whether it wants a new connection
    /// @return false if no endpoint is left
    boolean next(Exchange asked, boolean isRetry, boolean isRepeat) {
        connections++;
        long nowNs = System.nanoTime();
        LoopUpstream from = backend();
        LoopEndpoint chosen = from.pick(nowNs, asked, triedBits, session);
        if (chosen == null && isRetry && triedBits != 0) {
            // All were tried: any may be well again.
            triedBits = 0;
            chosen = from.pick(nowNs, asked, 0, session);
        }
        if (chosen == null) {
            return false;
        }
        triedBits |= chosen.bit();
        EndpointPool pool = from.pool(chosen, asked);
        current.begin(chosen, pool, nowNs);
        note(asked, pool, nowNs);
        pool.acquire(current, isRepeat);
        return true;
    }

    private void note(Exchange asked, EndpointPool pool, long nowNs) {
        asked.tries().begins(backend().name(), pool.name(), nowNs);
        if (asked.trace().isSampled()) {
            asked.tries().traced().asks(TracedTarget.of(asked, pool));
        }
    }

    /// The try goes on for another exchange, whose client has no session.
    void moveTo(Exchange next) {
        session = null;
        current.touch();
        note(next, current.pool(), current.lastByteNs());
        next.tries().connected(current.lastByteNs());
    }

    /// Makes the second try beside the current one.
    void hedge(Exchange asked, CallRequest request, long nowNs) {
        triedBits |= hedge.begin(asked, backend(), request, edits, triedBits, nowNs);
    }

    /// The second try takes the place of the current one.
    ///
    /// @param isEndpointFault why that gives way
    /// @return its stream, or null while it has none
    @Nullable
    UpstreamStream takeHedge(boolean isEndpointFault) {
        leave(isEndpointFault);
        current = hedge.takesOver(current);
        return current.stream();
    }

    /// No answer of the current try has begun before now, `ns` after the request was sent.
    void waited(long ns) {
        LoopUpstream from = backend();
        requireNonNull(current.endpoint()).answered(ns, current.lastByteNs());
        from.limit().answered(current.lastByteNs(), ns);
        if (hedge.isAllowed()) {
            from.firstByte(ns, current.lastByteNs());
        }
    }

    /// Gives the current try up.
    void leave(boolean isEndpointFault) {
        UpstreamStream from = letGo(isEndpointFault);
        if (from != null) {
            from.detach(false);
        }
    }

    /// The current try is over.
    ///
    /// @return its stream, which the caller ends by [UpstreamStream#detach], or null
    @Nullable
    UpstreamStream letGo(boolean isEndpointFault) {
        current.settle(isEndpointFault, loop);
        return current.letGo();
    }

    /// The request goes out once more, to any endpoint.
    void repeats() {
        triedBits = 0;
    }

    /// The call is made again: as many endpoints may be asked as at first.
    void retries() {
        connections = 0;
    }

    void connected() {
        notConnected.connected();
    }

    /// There was no connection.
    ///
    /// @return whether another endpoint may be asked
    boolean notConnected(Exchange asked, UpstreamFailure failure) {
        current.settle(failure.isEndpointFault(), loop);
        asked.tries().traced().failed(ProblemCatalog.flag(failure));
        notConnected.failed(failure);
        return failure instanceof UpstreamFailure.ConnectFailure && connections < CONNECTIONS_MAX;
    }

    /// The failure of a call that has no endpoint left to try.
    UpstreamFailure noneReady() {
        return notConnected.noneReady(backend());
    }

    ResponseFlag flag(UpstreamFailure failure) {
        return notConnected.flag(failure, backend);
    }

    /// The endpoint's answer is the call's: the client may be bound to it.
    void answered(Exchange asked) {
        CallSession told = session;
        if (told != null) {
            told.answeredBy(asked, backend(), requireNonNull(current.endpoint()));
        }
    }

    /// The call is over.
    void release() {
        hedge.cancel();
        LoopUpstream called = backend;
        if (called != null) {
            called.limit().release(BackendResource.REQUESTS);
        }
        backend = null;
        session = null;
    }
}
