package io.forebay.mesh;

/// How much of one backend all loops together may use at a time.
///
/// @param connectionsMax open and opening connections
/// @param pendingMax requests that wait for a connection
/// @param requestsMax requests that hold a connection
public record BackendLimits(int connectionsMax, int pendingMax, int requestsMax) {
    public static final BackendLimits DEFAULT = new BackendLimits(1_024, 1_024, 1_024);

    public BackendLimits {
        requirePositive("connectionsMax", connectionsMax);
        requirePositive("pendingMax", pendingMax);
        requirePositive("requestsMax", requestsMax);
    }

    private static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be at least 1: " + value);
        }
    }
}
