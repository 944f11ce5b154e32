package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;

/// Where the time of an exchange went, in nanoseconds. [#gatewayNs] and [#upstreamNs] together are the time to the
/// answer's first byte, or to the end where none came; [#connectNs] and [#firstByteNs] are of the last try.
final class LatencySplit {
    private LatencySplit() {}

    /// Until the first try began: tokens, limits, and what was held back.
    static long gatewayNs(Exchange exchange, long endedNs) {
        long untilNs = exchange.tries().firstNs() == 0
                ? answeredNs(exchange, endedNs)
                : exchange.tries().firstNs();
        return untilNs - exchange.startedNs();
    }

    /// From the first try to the answer: all tries, and the waits between them. 0 where none was made.
    static long upstreamNs(Exchange exchange, long endedNs) {
        return exchange.tries().firstNs() == 0
                ? 0
                : answeredNs(exchange, endedNs) - exchange.tries().firstNs();
    }

    /// From the last try until a connection stood, also one that was at rest; as long as it was waited for where none
    /// stood.
    static long connectNs(Exchange exchange, long endedNs) {
        if (exchange.tries().lastNs() == 0) {
            return 0;
        }
        long untilNs = exchange.tries().connectedNs() == 0
                ? answeredNs(exchange, endedNs)
                : exchange.tries().connectedNs();
        return untilNs - exchange.tries().lastNs();
    }

    /// From the connection of the last try to the upstream's answer; 0 where none came.
    static long firstByteNs(Exchange exchange) {
        boolean isAnswered = exchange.tries().connectedNs() != 0 && exchange.answeredNs() != 0;
        return isAnswered ? exchange.answeredNs() - exchange.tries().connectedNs() : 0;
    }

    private static long answeredNs(Exchange exchange, long endedNs) {
        return exchange.answeredNs() == 0 ? endedNs : exchange.answeredNs();
    }
}
