package io.forebay.gateway.offload;

/// Answers that say the upstream has not begun: 408 (RFC 9110), 425 (RFC 8470), 429 (RFC 6585) and 503. The same
/// request may be sent again under the same key.
public final class TurnedAway {
    private static final int TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private TurnedAway() {}

    public static boolean is(int status) {
        return status == TIMEOUT || status == TOO_EARLY || status == TOO_MANY || status == UNAVAILABLE;
    }
}
