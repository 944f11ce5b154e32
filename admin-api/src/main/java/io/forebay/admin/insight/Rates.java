package io.forebay.admin.insight;

import io.forebay.admin.QueueAdmin.Totals;

/// Changes per second between two samples of a queue's totals.
public record Rates(double submitted, double started, double succeeded, double failed) {
    private static final double SECOND_NS = 1e9;

    /// Totals that fell, as after a restore, count as none.
    ///
    /// @param elapsedNs positive
    static Rates between(Totals earlier, Totals later, long elapsedNs) {
        double seconds = elapsedNs / SECOND_NS;
        return new Rates(
                rate(earlier.submitted(), later.submitted(), seconds),
                rate(earlier.started(), later.started(), seconds),
                rate(earlier.succeeded(), later.succeeded(), seconds),
                rate(earlier.failed(), later.failed(), seconds));
    }

    private static double rate(long earlier, long later, double seconds) {
        return Math.max(0, later - earlier) / seconds;
    }
}
