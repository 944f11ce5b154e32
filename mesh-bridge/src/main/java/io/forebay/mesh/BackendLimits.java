package io.forebay.mesh;

import org.jspecify.annotations.Nullable;

/// How much of one backend all loops together may use at a time.
///
/// @param connectionsMax open and opening connections
/// @param pendingMax requests that wait for a connection
/// @param requestsMax requests that hold a connection
/// @param adaptive how `requestsMax` is lowered to what the backend can bear, or null
/// @param admission when calls are not made since too many fail, or null
public record BackendLimits(
        int connectionsMax,
        int pendingMax,
        int requestsMax,
        @Nullable AdaptiveConcurrency adaptive,
        @Nullable AdmissionControl admission) {
    public static final BackendLimits DEFAULT = new BackendLimits(1_024, 1_024, 1_024);

    public BackendLimits {
        requirePositive("connectionsMax", connectionsMax);
        requirePositive("pendingMax", pendingMax);
        requirePositive("requestsMax", requestsMax);
    }

    /// Numbers that stay what they are.
    public BackendLimits(int connectionsMax, int pendingMax, int requestsMax) {
        this(connectionsMax, pendingMax, requestsMax, null, null);
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be at least 1: " + value);
        }
    }
}
