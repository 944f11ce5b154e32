package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.AccessDecision;
import io.forebay.policy.Permit;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Refusal;
import io.forebay.policy.access.SecurityRule;

/// Whether the principal may go on. Job endpoints decide by themselves whose job it is, so they pass with the default
/// permit.
final class Authorize implements Stage {
    @Override
    public Verdict apply(Exchange exchange) {
        SecurityRule security = Identify.securityOf(exchange);
        if (security == null || exchange.ruleOrNull() == null) {
            exchange.permitted(Permit.BY_DEFAULT);
            return Verdict.PROCEED;
        }
        AccessDecision decision =
                security.authorize(exchange.principal(), exchange.connection().peer());
        return switch (decision) {
            case Permit permit -> {
                exchange.permitted(permit);
                yield Verdict.PROCEED;
            }
            case Refusal refusal -> {
                if (security.mode() == PolicyMode.ENFORCE) {
                    yield new Verdict.Refuse(refusal);
                }
                exchange.wouldRefuse(refusal.reason());
                exchange.permitted(Permit.BY_DEFAULT);
                yield Verdict.PROCEED;
            }
        };
    }
}
