package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.policy.route.DirectResponse;
import io.forebay.policy.route.OwnAnswer;
import io.forebay.policy.route.RequestRedirect;
import io.forebay.policy.route.RouteRule;

/// Answers what the rule answers by itself: a redirect, or a fixed response. After the guards: where a resource is and
/// what stands for it are the rule's as its backends are.
final class Respond implements Stage {
    private static final byte[] NO_BODY = new byte[0];

    @Override
    public Verdict apply(Exchange exchange) {
        RouteRule rule = exchange.ruleOrNull();
        OwnAnswer answer = rule == null ? null : rule.ownAnswer();
        if (answer == null) {
            return Verdict.PROCEED;
        }
        switch (answer) {
            case RequestRedirect redirect -> redirect(exchange, redirect);
            case DirectResponse(int status, String contentType, byte[] body) -> {
                ResponseHead head = new ResponseHead().begin(status);
                if (contentType != null) {
                    head.add("content-type", contentType);
                }
                exchange.because("direct-response");
                whole(exchange, head, body);
            }
        }
        return Verdict.TAKEN;
    }

    private static void redirect(Exchange exchange, RequestRedirect redirect) {
        String location = redirect.location(
                exchange.head(),
                exchange.connection().isTls(),
                exchange.listener().port());
        exchange.because("redirected");
        whole(exchange, new ResponseHead().begin(redirect.status()).add("location", location), NO_BODY);
    }

    private static void whole(Exchange exchange, ResponseHead head, byte[] body) {
        if (!head.isBodyless()) {
            head.contentLength(body.length);
        }
        exchange.answerWhole(head, body);
    }
}
