package io.forebay.gateway.proxy;

/// What a token of [SessionTokens] says.
///
/// @param tag of the endpoint that the client is bound to; never 0
/// @param begunSeconds when the session began, since 1970
/// @param usedSeconds when the token was made: when its client called last, or not long before
record SessionToken(long tag, long begunSeconds, long usedSeconds) {
    /// Whether its time is over.
    ///
    /// @param lifetimeSeconds since it began, 0 for any
    /// @param idleSeconds since it was used, 0 for any
    boolean isOver(long nowSeconds, long lifetimeSeconds, long idleSeconds) {
        return (lifetimeSeconds > 0 && nowSeconds - begunSeconds >= lifetimeSeconds)
                || (idleSeconds > 0 && nowSeconds - usedSeconds >= idleSeconds);
    }

    /// Whether the client needs one that tells of its call: after a tenth of the time that it may be silent, so that
    /// not every answer has one.
    boolean isDue(long nowSeconds, long idleSeconds) {
        return idleSeconds > 0 && nowSeconds - usedSeconds >= Math.max(1, idleSeconds / 10);
    }
}
