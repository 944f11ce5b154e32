package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.CorsRule;
import io.forebay.policy.route.RouteRule;

/// Lets pages of other origins in, as the rule says. A preflight is answered here, before anybody is identified, since
/// browsers send it without credentials. Any other answer gets the fields, a refusal too, which the page could not read
/// without them.
final class Cors implements Stage {
    private static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
    private static final HeaderName REQUEST_HEADERS = HeaderName.of("access-control-request-headers");
    private static final int NO_CONTENT = 204;
    private static final byte[] NO_BODY = new byte[0];

    @Override
    public Verdict apply(Exchange exchange) {
        RouteRule rule = exchange.ruleOrNull();
        CorsRule cors = rule == null ? null : rule.cors();
        if (cors == null) {
            return Verdict.PROCEED;
        }
        RequestHead head = exchange.head();
        long origin = head.header(ORIGIN);
        long method = head.header(REQUEST_METHOD);
        if (ByteSpan.isPresent(origin) && ByteSpan.isPresent(method) && head.methodIs("OPTIONS")) {
            ResponseHead answer = new ResponseHead().begin(NO_CONTENT);
            for (ForwardedHeader line :
                    cors.preflight(head.text(origin), head.text(method), head.headerText(REQUEST_HEADERS))) {
                answer.add(line.name().text(), line.value());
            }
            exchange.because("preflight");
            exchange.answerWhole(answer, NO_BODY);
            return Verdict.TAKEN;
        }
        String page = ByteSpan.isPresent(origin) ? head.text(origin) : null;
        exchange.answerEdits(exchange.answerEdits().then(cors.answer(page)));
        return Verdict.PROCEED;
    }
}
