package io.forebay.policy.limit;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import java.util.List;

/// All rate limits of one rule, counted in their order. The first enforced limit that is spent refuses the request;
/// what the ones before it have counted stays counted. Immutable; called on every loop, each with its own
/// [LimitDecision]. Counting a known key creates nothing.
public final class LimitRules {

    public static final LimitRules NONE = new LimitRules(List.of());

    private final List<LimitRule> rules;
    private final Meter[] meters;
    private final int fieldBytesMax;

    private LimitRules(List<LimitRule> rules) {
        this.rules = List.copyOf(rules);
        this.meters = rules.stream()
                .filter(rule -> rule.mode() != PolicyMode.OFF)
                .map(Meter::new)
                .toArray(Meter[]::new);
        int bytes = 0;
        for (Meter meter : meters) {
            bytes += meter.policyItem().length + meter.quotedName().length;
        }
        this.fieldBytesMax = bytes + 2 * meters.length + RateLimitFields.FIXED_BYTES_MAX;
    }

    public static LimitRules of(List<LimitRule> rules) {
        return rules.isEmpty() ? NONE : new LimitRules(rules);
    }

    public List<LimitRule> rules() {
        return rules;
    }

    public boolean isEmpty() {
        return meters.length == 0;
    }

    /// Counts the request. False if an enforced limit is spent; `decision` then says which, otherwise which limit has
    /// the least left.
    ///
    /// @param nowNs the loop's monotonic time
    public boolean take(
            LimitTable table,
            RequestFacts facts,
            Principal principal,
            PeerIdentity peer,
            long nowNs,
            LimitDecision decision) {
        decision.clear();
        for (int i = 0; i < meters.length; i++) {
            long debtNs = meters[i].take(table, facts, principal, peer, nowNs);
            if (debtNs > 0) {
                decision.allowedBy(meters[i], debtNs);
            } else if (meters[i].rule().mode() == PolicyMode.SHADOW) {
                decision.shadowRefusedBy(meters[i]);
            } else {
                decision.refusedBy(meters[i], -debtNs);
                return false;
            }
        }
        return true;
    }

    /// The most bytes [#writeFields] writes.
    public int fieldBytesMax() {
        return fieldBytesMax;
    }

    /// Writes `RateLimit-Policy` and `RateLimit` as field lines with their CRLFs.
    ///
    /// @return the index after the last byte written; `offset` if no limit counts
    public int writeFields(LimitDecision decision, byte[] target, int offset) {
        Meter meter = decision.meter();
        return meter == null ? offset : RateLimitFields.write(meters, meter, decision, target, offset);
    }
}
