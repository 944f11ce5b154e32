package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.Principal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.RouteRule;
import io.netty.buffer.ByteBuf;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Forwards a permitted exchange to one of its rule's backends, and answers for it when there is no usable answer.
/// Shared by all loops.
public final class Forwarder implements CallListener {
    private final LoopUpstreams[] upstreamsOfLoop;

    /// @param upstreamsOfLoop by loop index
    public Forwarder(LoopUpstreams[] upstreamsOfLoop) {
        this.upstreamsOfLoop = upstreamsOfLoop.clone();
    }

    /// Chooses a backend by weight, a fallback where nothing else is ready, and calls it.
    public void forward(Exchange exchange) {
        forward(exchange, this);
    }

    /// The same, with somebody else to hear of a call that failed.
    public void forward(Exchange exchange, CallListener whoAnswers) {
        RouteRule rule = exchange.rule();
        LoopUpstreams upstreams = upstreamsOfLoop[exchange.loop().index()];
        BackendSplit.Share share = rule.backends().pick(exchange.loop().nextRandom(), upstreams.readiness());
        String backend = share.backend();
        if (backend == null) {
            String fault = share.fault() == null ? "no backend" : share.fault();
            whoAnswers.onAbandoned(false);
            ProblemWriter.answer(exchange, Problem.of(ProblemType.BACKEND_INVALID, "backend-invalid", fault));
            return;
        }
        upstreams.call(
                exchange,
                backend,
                edits(rule, exchange.principal()),
                shorter(rule.requestTimeoutNs(), whoAnswers.callNsMax()),
                shorter(rule.backendRequestTimeoutNs(), whoAnswers.callNsMax()),
                whoAnswers);
    }

    /// Forwards an exchange whose whole body was held back, `body` and then its end. Takes ownership of the buffers.
    public void forward(
            Exchange exchange, CallListener whoAnswers, Queue<ByteBuf> body, @Nullable FieldLines trailers) {
        forward(exchange, whoAnswers);
        exchange.replayBody(body, trailers);
    }

    /// Of two limits, 0 for none.
    private static long shorter(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    private static HeaderEdits edits(RouteRule rule, Principal principal) {
        SecurityRule security = rule.security();
        return security == null
                ? rule.requestHeaders()
                : LoopUpstreams.join(rule.requestHeaders(), security.claimHeaders(), principal.headers());
    }

    @Override
    public void onFailure(Exchange exchange, UpstreamFailure failure) {
        ProblemWriter.answer(exchange, ProblemCatalog.of(failure));
    }
}
