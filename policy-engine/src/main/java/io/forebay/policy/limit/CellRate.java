package io.forebay.policy.limit;

/// The generic cell rate algorithm (ITU-T I.371, as virtual scheduling) in nanoseconds. The state of a counter is one
/// number, the theoretical arrival time: how far it lies ahead of now is the debt, one interval per request. A
/// request is allowed while the debt with it stays within the capacity. The interval is rounded up, so the rate is
/// never exceeded.
///
/// @param intervalNs time that pays for one request
/// @param capacityNs the largest debt
record CellRate(long intervalNs, long capacityNs) {

    /// The longest time a full debt may take to be paid: a year.
    static final long CAPACITY_NS_MAX = 366L * 86_400 * 1_000_000_000;

    static CellRate of(long requests, long unitNs, long burst) {
        long intervalNs = Math.ceilDiv(unitNs, requests);
        if (Math.unsignedMultiplyHigh(intervalNs, burst) != 0
                || intervalNs * burst < 0
                || intervalNs * burst > CAPACITY_NS_MAX) {
            throw new IllegalArgumentException("a burst of " + burst + " would take more than a year to be paid");
        }
        return new CellRate(intervalNs, intervalNs * burst);
    }

    /// Requests that fit beside a debt.
    long remaining(long debtNs) {
        return debtNs >= capacityNs ? 0 : (capacityNs - debtNs) / intervalNs;
    }

    /// Time until one more request fits beside a debt; 0 if it does now.
    long waitNs(long debtNs) {
        return Math.max(0, debtNs + intervalNs - capacityNs);
    }
}
