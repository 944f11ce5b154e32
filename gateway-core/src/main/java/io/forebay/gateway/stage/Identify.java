package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.token.TokenOutcome;
import io.forebay.policy.token.TokenScratch;
import io.forebay.policy.token.TokenVerifier;
import org.jspecify.annotations.Nullable;

/// Who is calling: token, else certificate, else nobody.
final class Identify implements Stage {
    private final TokenVerifier verifier;
    private final TokenScratch[] scratchOfLoop;

    /// @param loops how many loops there are
    Identify(TokenVerifier verifier, int loops) {
        this.verifier = verifier;
        this.scratchOfLoop = new TokenScratch[loops];
        for (int i = 0; i < loops; i++) {
            scratchOfLoop[i] = new TokenScratch();
        }
    }

    @Override
    public Verdict apply(Exchange exchange) {
        SecurityRule security = securityOf(exchange);
        if (security == null) {
            exchange.identified(Principal.ANONYMOUS);
            return Verdict.PROCEED;
        }
        TokenOutcome outcome = security.identify(
                verifier,
                exchange.head(),
                exchange.connection().peer(),
                scratchOfLoop[exchange.loop().index()],
                System.currentTimeMillis());
        return switch (outcome) {
            case TokenOutcome.Accepted(Principal principal) -> {
                exchange.identified(principal);
                yield Verdict.PROCEED;
            }
            case TokenOutcome.Refused refused -> {
                if (security.mode() == PolicyMode.ENFORCE) {
                    yield new Verdict.Refuse(refused.refusal());
                }
                exchange.wouldRefuse(refused.refusal().reason());
                exchange.identified(Principal.ANONYMOUS);
                yield Verdict.PROCEED;
            }
        };
    }

    /// The security of the rule, or of the job endpoints; null where nothing authenticates.
    static @Nullable SecurityRule securityOf(Exchange exchange) {
        var rule = exchange.ruleOrNull();
        SecurityRule security = rule == null ? exchange.listener().jobsSecurity() : rule.security();
        return security == null || security.mode() == PolicyMode.OFF ? null : security;
    }
}
