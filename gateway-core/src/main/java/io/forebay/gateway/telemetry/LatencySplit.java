package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;

/// Where the time of an exchange went, in nanoseconds. [#gatewayNs] and [#upstreamNs] together are the time to the
/// answer's first byte, or to the end where none came; [#connectNs] and [#firstByteNs] are of the last try.
final class LatencySplit {
    private LatencySplit() {}

    /// Until the first try began: tokens, limits, and what was held back.
    static long gatewayNs(Exchange exchange, long endedNs) {
        long untilNs = exchange.calledNs() == 0 ? answeredNs(exchange, endedNs) : exchange.calledNs();
        return untilNs - exchange.startedNs();
    }

    /// From the first try to the answer: all tries, and the waits between them. 0 where none was made.
    static long upstreamNs(Exchange exchange, long endedNs) {
        return exchange.calledNs() == 0 ? 0 : answeredNs(exchange, endedNs) - exchange.calledNs();
    }

    /// From the last try until a connection stood, also one that was at rest; as long as it was waited for where none
    /// stood.
    static long connectNs(Exchange exchange, long endedNs) {
        if (exchange.triedNs() == 0) {
            return 0;
        }
        long untilNs = exchange.connectedNs() == 0 ? answeredNs(exchange, endedNs) : exchange.connectedNs();
        return untilNs - exchange.triedNs();
    }

    /// From the connection of the last try to the upstream's answer; 0 where none came.
    static long firstByteNs(Exchange exchange) {
        boolean isAnswered = exchange.connectedNs() != 0 && exchange.answeredNs() != 0;
        return isAnswered ? exchange.answeredNs() - exchange.connectedNs() : 0;
    }

    private static long answeredNs(Exchange exchange, long endedNs) {
        return exchange.answeredNs() == 0 ? endedNs : exchange.answeredNs();
    }
}
