package io.forebay.gateway.health;

/// Whose turn it is among the endpoints that are due. At most [#PROBES_MAX] probes run at a time, and at most
/// [#HANDSHAKES_MAX] of those that begin in one sweep of a tenth of a second make a TLS handshake, whose arithmetic the
/// loop's calls wait for. Who finds no room is the first of the next sweep, so that nobody is passed over for ever.
///
/// Knows endpoints by their places in a list. Owned by the prober's loop.
final class ProbeTurns {
    static final int PROBES_MAX = 256;
    static final int HANDSHAKES_MAX = 32;
    private static final int NOBODY = -1;

    private int running;
    private int handshakes;
    private int first;
    private int waiting = NOBODY;

    /// A sweep begins.
    void sweep() {
        handshakes = 0;
        if (waiting != NOBODY) {
            first = waiting;
            waiting = NOBODY;
        }
    }

    /// Who is looked at as the `step`th of a sweep, from 0.
    ///
    /// @param count how many there are
    int place(int step, int count) {
        return (first + step) % count;
    }

    /// Whether the endpoint at this place, which is due, may be asked now.
    boolean hasRoom(int place, boolean isTls) {
        if (running < PROBES_MAX && (!isTls || handshakes < HANDSHAKES_MAX)) {
            return true;
        }
        if (waiting == NOBODY) {
            waiting = place;
        }
        return false;
    }

    void began(boolean isTls) {
        running++;
        handshakes += isTls ? 1 : 0;
    }

    void ended() {
        running--;
    }
}
