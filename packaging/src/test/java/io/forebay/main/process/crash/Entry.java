package io.forebay.main.process.crash;

import java.util.Locale;

/// One event of a history.
///
/// @param number its place in the order of all
/// @param atMs on the monotonic clock, since the history began
/// @param clockMs on the clock that leases end by
record Entry(int number, double atMs, long clockMs, Event event) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "#%d at %.3f ms: %s", number, atMs, event);
    }
}
