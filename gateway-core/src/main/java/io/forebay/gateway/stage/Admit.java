package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;

/// Turns away who has sent many bad credentials lately, before any cryptography is spent on another.
final class Admit implements Stage {
    private static final Verdict TOO_MANY_FAILURES =
            new Verdict.Fail(Problem.of(ProblemType.LIMIT_EXCEEDED, "too-many-failed-credentials")
                    .with("retry-after", "1"));

    private final CredentialFailures[] failuresOfLoop;

    Admit(CredentialFailures[] failuresOfLoop) {
        this.failuresOfLoop = failuresOfLoop;
    }

    @Override
    public Verdict apply(Exchange exchange) {
        boolean isFlooding = failuresOfLoop[exchange.loop().index()].isFlooding(
                exchange.connection().peer().address(), exchange.startedNs());
        return isFlooding ? TOO_MANY_FAILURES : Verdict.PROCEED;
    }
}
