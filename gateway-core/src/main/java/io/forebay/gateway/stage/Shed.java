package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;

/// Turns requests away while the gateway is overloaded, before anything else is done for them.
final class Shed implements Stage {
    private static final Verdict OVERLOADED =
            new Verdict.Fail(Problem.of(ProblemType.OVERLOADED, "overloaded").with("retry-after", "1"));

    @Override
    public Verdict apply(Exchange exchange) {
        return exchange.loop().overload().isOn(OverloadStage.STOP_ACCEPTING_REQUESTS) ? OVERLOADED : Verdict.PROCEED;
    }
}
