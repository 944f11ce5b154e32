package io.forebay.mesh;

/// When calls are no longer made since too many of them fail.
///
/// @param windowNs over which calls are counted
/// @param successRateMin of the calls, 0 to 1: below it some are refused
/// @param aggression the power of the refusals: 1 refuses just what is in excess, more refuses more; 1 or more
/// @param requestsPerSecondMin with fewer calls none is refused
/// @param rejectionMax the greatest share that is refused, 0 to 1: what is left tells when the backend is well
///     again
public record AdmissionControl(
        long windowNs, double successRateMin, int aggression, int requestsPerSecondMin, double rejectionMax) {
    public AdmissionControl {
        if (windowNs < 1 || aggression < 1 || requestsPerSecondMin < 0) {
            throw new IllegalArgumentException("windowNs and aggression must be positive");
        }
        if (!(successRateMin > 0 && successRateMin <= 1) || !(rejectionMax >= 0 && rejectionMax < 1)) {
            throw new IllegalArgumentException("successRateMin and rejectionMax must be shares");
        }
    }
}
