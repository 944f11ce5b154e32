package io.forebay.policy.token;

import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;

/// What became of a caller's credentials.
public sealed interface TokenOutcome {

    /// The caller is this principal.
    record Accepted(Principal principal) implements TokenOutcome {}

    /// The credentials were refused, or missing.
    record Refused(Refusal refusal) implements TokenOutcome {}
}
