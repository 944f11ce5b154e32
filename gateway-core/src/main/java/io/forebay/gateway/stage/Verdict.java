package io.forebay.gateway.stage;

import io.forebay.gateway.problem.Problem;
import io.forebay.policy.Refusal;

/// What a stage says of an exchange.
public sealed interface Verdict {
    /// The next stage decides.
    record Proceed() implements Verdict {}

    /// The exchange is somebody's now: a consumer was set or an answer was given.
    record Taken() implements Verdict {}

    /// Policy says no.
    record Refuse(Refusal refusal) implements Verdict {}

    /// Something else stands in the way.
    record Fail(Problem problem) implements Verdict {}

    Verdict PROCEED = new Proceed();
    Verdict TAKEN = new Taken();
}
