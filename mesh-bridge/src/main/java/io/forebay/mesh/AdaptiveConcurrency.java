package io.forebay.mesh;

/// How the limit of requests to a backend follows what it can bear.
///
/// @param limitMin requests at a time that are always let through, 1 or more
/// @param limitMax beyond which the limit never goes
/// @param windowNs how long answers are watched before the limit moves
/// @param slack by which share the time of an answer may be above the best there is, before the limit falls:
///     0.25 for a quarter
/// @param probeNs how often that best time is measured anew, by halving the limit for a moment
public record AdaptiveConcurrency(int limitMin, int limitMax, long windowNs, double slack, long probeNs) {
    public AdaptiveConcurrency {
        if (limitMin < 1 || limitMax < limitMin) {
            throw new IllegalArgumentException("the limit must be 1 or more: " + limitMin + " to " + limitMax);
        }
        if (windowNs < 1 || probeNs < windowNs || !(slack >= 0)) {
            throw new IllegalArgumentException("windowNs, probeNs and slack must be positive");
        }
    }
}
