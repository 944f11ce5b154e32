package io.forebay.policy.limit;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import java.util.List;

/// All rate limits of one rule; each counts every request.
public final class LimitRules {

    public static final LimitRules NONE = new LimitRules(List.of());

    private final List<LimitRule> rules;

    private LimitRules(List<LimitRule> rules) {
        this.rules = List.copyOf(rules);
    }

    public static LimitRules of(List<LimitRule> rules) {
        return rules.isEmpty() ? NONE : new LimitRules(rules);
    }

    public List<LimitRule> rules() {
        return rules;
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /// Counts the request. False if an enforced limit is spent; `decision` then says which.
    @SuppressWarnings("DoNotCallSuggester") // body follows
    public boolean take(
            LimitTable table,
            RequestFacts facts,
            Principal principal,
            PeerIdentity peer,
            long nowNs,
            LimitDecision decision) {
        throw new UnsupportedOperationException();
    }
}
