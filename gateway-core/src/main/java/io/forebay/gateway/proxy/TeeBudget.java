package io.forebay.gateway.proxy;

/// Bounds what all calls of one loop keep of their requests' bodies. Owned by the loop.
final class TeeBudget {
    static final int BYTES_MAX = 32 * 1024 * 1024;

    private int bytes;

    /// Whether so many more may be kept.
    boolean tryTake(int more) {
        if (bytes + more > BYTES_MAX) {
            return false;
        }
        bytes += more;
        return true;
    }

    void giveBack(int less) {
        bytes -= less;
    }
}
