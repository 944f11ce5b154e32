package io.forebay.policy.limit;

import io.forebay.policy.PolicyMode;

/// One rate limit. Wrong numbers throw [IllegalArgumentException], also a burst that would take more than a year to
/// be paid off.
///
/// @param id namespace/name/rule, the identity that counters keep over a reload
/// @param name the rule's own name, as the `RateLimit` fields show it
/// @param requests allowed per unit, 1 or more
/// @param unitNs length of the unit
/// @param burst requests that may come at once, 1 or more
public record LimitRule(String id, String name, LimitKey key, long requests, long unitNs, long burst, PolicyMode mode) {

    public LimitRule {
        if (requests < 1 || unitNs < 1 || burst < 1) {
            throw new IllegalArgumentException("limit " + id + ": requests, unit and burst are 1 or more");
        }
        CellRate.of(requests, unitNs, burst);
    }
}
