package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.proxy.MirrorCounts.Outcome;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.MirrorRule;
import io.forebay.policy.route.RouteRule;
import java.util.List;

/// The copies of requests that one loop has under way. A copy never holds its request up: it is sent when the loop has
/// done with what it is at, and beyond a bound there is none. Owned by its loop.
final class LoopMirrors {
    /// Copies under way, those included whose body is still collected.
    static final int COPIES_MAX = 128;

    private final LoopUpstreams upstreams;
    private final MirrorCounts counts;
    private int underWay;

    LoopMirrors(LoopUpstreams upstreams, MirrorCounts counts) {
        this.upstreams = upstreams;
        this.counts = counts;
    }

    /// Begins the copies of an exchange that is about to be forwarded.
    void copy(Exchange exchange, RouteRule rule) {
        if (exchange.isAnswerComplete()) {
            return; // nobody is told of its body any more
        }
        List<MirrorRule> mirrors = rule.mirrors();
        BodyTaps taps = new BodyTaps();
        for (int i = 0; i < mirrors.size(); i++) {
            MirrorRule mirror = mirrors.get(i);
            String backend = mirror.backend();
            if (backend != null && mirror.takes(exchange.loop().nextRandom())) {
                copy(exchange, rule, backend, taps);
            }
        }
        if (!taps.isEmpty()) {
            exchange.tap(taps);
        }
    }

    private void copy(Exchange exchange, RouteRule rule, String backend, BodyTaps taps) {
        if (exchange.head().contentLength() > MirrorCall.BODY_BYTES_MAX) {
            counts.count(Outcome.TOO_LARGE);
        } else if (underWay >= COPIES_MAX) {
            counts.count(Outcome.BUSY);
        } else {
            underWay++;
            // As the rule's backends get the request, without what is for one of them alone.
            HeaderEdits edits = Forwarder.withClaims(rule.requestHeaders(), rule, exchange.principal());
            MirrorCall call = new MirrorCall(this, upstreams, exchange, backend, edits);
            if (exchange.head().hasBody()) {
                taps.add(call);
            } else {
                call.onBodyEnd();
            }
        }
    }

    void ended(Outcome outcome) {
        underWay--;
        counts.count(outcome);
    }
}
