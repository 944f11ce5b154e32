package io.forebay.policy.route;

import io.forebay.policy.PolicyMode;

/// Faults that a policy makes on purpose, to find out how callers bear them: some calls wait before they are made, some
/// are answered instead of being made. Immutable, any thread.
///
/// @param mode with [PolicyMode#SHADOW] nothing is done, only told
/// @param delayNs how long delayed calls wait, 0 for no delays
/// @param delayShare how many of the calls are delayed, 0 to 1
/// @param httpStatus what aborted requests are answered with, or 0 where only calls of gRPC are
/// @param grpcStatus what aborted calls of gRPC are answered with, or 0 for what fits `httpStatus`
/// @param abortShare how many of the calls are aborted, 0 to 1
public record FaultInjection(
        PolicyMode mode, long delayNs, double delayShare, int httpStatus, int grpcStatus, double abortShare) {

    /// Whether this call is delayed.
    ///
    /// @param random any `long`, uniform
    public boolean delays(long random) {
        return delayNs > 0 && unit(random) < delayShare;
    }

    /// Whether this call is answered instead of being made.
    ///
    /// @param random any `long`, uniform
    public boolean aborts(long random, boolean isGrpc) {
        boolean isMeant = httpStatus > 0 || (isGrpc && grpcStatus > 0);
        return isMeant && unit(random) < abortShare;
    }

    private static double unit(long random) {
        return (random >>> 11) * 0x1p-53;
    }
}
