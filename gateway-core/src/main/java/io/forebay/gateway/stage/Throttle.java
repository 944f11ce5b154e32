package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.Refusal;
import io.forebay.policy.limit.LimitDecision;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.route.RouteRule;

/// Counts the request against the rate limits of its rule, or of the job endpoints, and tells the client where it
/// stands in the `RateLimit` fields
/// (draft-ietf-httpapi-ratelimit-headers).
final class Throttle implements Stage {
    private final LimitTable table;
    private final LimitDecision[] decisionOfLoop;

    Throttle(LimitTable table, int loops) {
        this.table = table;
        this.decisionOfLoop = new LimitDecision[loops];
        for (int i = 0; i < loops; i++) {
            decisionOfLoop[i] = new LimitDecision();
        }
    }

    @Override
    public Verdict apply(Exchange exchange) {
        RouteRule rule = exchange.ruleOrNull();
        LimitRules limits = rule == null ? exchange.listener().jobsLimits() : rule.limits();
        if (limits.isEmpty()) {
            return Verdict.PROCEED;
        }
        LimitDecision decision = decisionOfLoop[exchange.loop().index()];
        boolean isAllowed = limits.take(
                table,
                exchange.head(),
                exchange.principal(),
                exchange.connection().peer(),
                System.nanoTime(),
                decision);
        LimitRule shadow = decision.shadowRefusal();
        if (shadow != null) {
            exchange.wouldRefuse(new Refusal.LimitExceeded(shadow.id(), 0).reason());
        }
        LimitRule limit = decision.rule();
        if (limit != null) {
            // Captures two locals: the one small object that a limited request costs here.
            exchange.answerLines()
                    .appendLines(
                            limits.fieldBytesMax(), (target, offset) -> limits.writeFields(decision, target, offset));
        }
        if (isAllowed || limit == null) {
            return Verdict.PROCEED;
        }
        return new Verdict.Refuse(new Refusal.LimitExceeded(limit.id(), decision.retryAfterSeconds()));
    }
}
