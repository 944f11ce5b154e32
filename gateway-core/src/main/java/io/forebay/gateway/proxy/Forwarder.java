package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.GrpcTimeout;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.Principal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.FaultInjection;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SessionRule;
import io.forebay.policy.route.SplitKey;
import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Forwards a permitted exchange to one of its rule's backends, and answers for it when there is no usable answer.
/// Shared by all loops.
public final class Forwarder implements CallListener {
    private final LoopUpstreams[] upstreamsOfLoop;
    private final LoopMirrors[] mirrorsOfLoop;
    private final SessionTokens[] sessionsOfLoop;

    /// @param upstreamsOfLoop by loop index
    /// @param mirrorCounts what became of copies
    /// @param sessionKey what tokens of sessions are made with
    public Forwarder(LoopUpstreams[] upstreamsOfLoop, MirrorCounts mirrorCounts, SessionKey sessionKey) {
        this.sessionsOfLoop = Stream.generate(() -> new SessionTokens(sessionKey))
                .limit(upstreamsOfLoop.length)
                .toArray(SessionTokens[]::new);
        this.upstreamsOfLoop = upstreamsOfLoop.clone();
        this.mirrorsOfLoop = new LoopMirrors[upstreamsOfLoop.length];
        for (int i = 0; i < mirrorsOfLoop.length; i++) {
            mirrorsOfLoop[i] = new LoopMirrors(upstreamsOfLoop[i], mirrorCounts);
        }
    }

    /// Chooses a backend by weight, or the caller's where the rule keeps callers on one side, or a fallback where
    /// nothing else is ready, and calls it.
    public void forward(Exchange exchange) {
        forward(exchange, this);
    }

    /// The same, with somebody else to hear of a call that failed.
    public void forward(Exchange exchange, CallListener whoAnswers) {
        RouteRule rule = exchange.rule();
        FaultInjection faults = rule.faults();
        if (faults != null && InjectedFaults.isAborted(exchange, faults)) {
            whoAnswers.onAbandoned(false);
            ProblemWriter.answer(exchange, Problem.injected(faults.httpStatus(), faults.grpcStatus()));
            return;
        }
        LoopUpstreams upstreams = upstreamsOfLoop[exchange.loop().index()];
        SessionRule sticky = rule.session();
        CallSession session = sticky == null
                ? null
                : CallSession.of(
                        exchange, sticky, sessionsOfLoop[exchange.loop().index()]);
        BackendSplit.Share share = session == null ? null : bound(session, rule, upstreams);
        if (share == null) {
            share = share(exchange, rule, upstreams.readiness());
        }
        String backend = share.backend();
        if (backend == null) {
            String fault = share.fault() == null ? "no backend" : share.fault();
            whoAnswers.onAbandoned(false);
            ProblemWriter.answer(exchange, Problem.of(ProblemType.BACKEND_INVALID, "backend-invalid", fault));
            return;
        }
        HeaderEdits edits = edits(rule, share, exchange.principal());
        if (!rule.mirrors().isEmpty()) {
            mirrorsOfLoop[exchange.loop().index()].copy(exchange, rule);
        }
        if (!share.responseHeaders().isEmpty()) {
            exchange.answerEdits(exchange.answerEdits().then(share.responseHeaders()));
        }
        upstreams.call(
                exchange,
                backend,
                edits,
                shorter(callNs(exchange, rule), whoAnswers.callNsMax()),
                shorter(rule.backendRequestTimeoutNs(), whoAnswers.callNsMax()),
                whoAnswers,
                session,
                faults == null ? 0 : InjectedFaults.delayNs(exchange, faults));
    }

    /// Forwards an exchange whose whole body was held back, `body` and then its end. Takes ownership of the buffers.
    public void forward(
            Exchange exchange, CallListener whoAnswers, Queue<ByteBuf> body, @Nullable FieldLines trailers) {
        forward(exchange, whoAnswers);
        exchange.replayBody(body, trailers);
    }

    /// The rule's limit, or the client's own where that is shorter.
    private static long callNs(Exchange exchange, RouteRule rule) {
        return shorter(rule.requestTimeoutNs(), GrpcTimeout.ns(exchange.head()));
    }

    /// Of two limits, 0 for none.
    private static long shorter(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /// The share whose backend has the endpoint that the session is bound to, whatever its weight; null where that is
    /// gone or not well. Fallbacks give their sessions back.
    private static BackendSplit.@Nullable Share bound(CallSession session, RouteRule rule, LoopUpstreams upstreams) {
        if (!session.isNew()) {
            for (BackendSplit.Share share : rule.backends().sharesInForce(upstreams.readiness())) {
                String backend = share.backend();
                if (backend != null && upstreams.holds(backend, session)) {
                    return share;
                }
            }
        }
        return null;
    }

    private static BackendSplit.Share share(Exchange exchange, RouteRule rule, BackendSplit.Readiness readiness) {
        long random = exchange.loop().nextRandom();
        SplitKey split = rule.split();
        return split == null
                ? rule.backends().pick(random, readiness)
                : rule.backends()
                        .pickFor(
                                split.point(
                                        exchange.head(),
                                        exchange.principal(),
                                        exchange.connection().peer(),
                                        random),
                                readiness);
    }

    private static HeaderEdits edits(RouteRule rule, BackendSplit.Share share, Principal principal) {
        return withClaims(rule.requestHeaders().then(share.requestHeaders()), rule, principal);
    }

    /// Joined with what the rule's SecurityPolicy tells backends of the caller.
    static HeaderEdits withClaims(HeaderEdits filters, RouteRule rule, Principal principal) {
        SecurityRule security = rule.security();
        return security == null ? filters : LoopUpstreams.join(filters, security.claimHeaders(), principal.headers());
    }

    @Override
    public boolean mayHedge() {
        return true;
    }

    @Override
    public void onFailure(Exchange exchange, UpstreamFailure failure) {
        ProblemWriter.answer(exchange, ProblemCatalog.of(failure));
    }
}
