package io.forebay.gateway.stage;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.Exchange;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PortListeners;
import io.forebay.policy.Refusal;
import io.forebay.policy.route.RouteRule;

/// Finds the listener and the rule by host, path, method, headers and query. A host of another listener than the one
/// that the TLS connection was made to is misdirected. Requests under the reserved prefix
/// belong to the job endpoints and match no rule.
final class Match implements Stage {
    private final String reservedPrefix;

    Match(String reservedPrefix) {
        this.reservedPrefix = reservedPrefix;
    }

    @Override
    public Verdict apply(Exchange exchange) {
        Connection connection = exchange.connection();
        PortListeners port = exchange.snapshot().port(connection.port());
        ListenerPolicy listener = port == null ? null : port.select(exchange.head());
        if (port == null || listener == null) {
            return new Verdict.Refuse(Refusal.NoRoute.INSTANCE);
        }
        if (connection.isTls() && !port.isReachedBy(connection.serverName(), listener)) {
            return new Verdict.Refuse(Refusal.Misdirected.INSTANCE);
        }
        if (!isServedBy(listener, connection)) {
            return new Verdict.Refuse(Refusal.NoRoute.INSTANCE);
        }
        if (exchange.head().pathStartsWith(reservedPrefix)) {
            exchange.matched(listener, null);
            return Verdict.PROCEED;
        }
        RouteRule rule = listener.routes().match(exchange.head());
        if (rule == null) {
            return new Verdict.Refuse(Refusal.NoRoute.INSTANCE);
        }
        exchange.matched(listener, rule);
        Refusal fault = rule.fault();
        return fault == null ? Verdict.PROCEED : new Verdict.Refuse(fault);
    }

    /// A policy is visible before the ports follow it: until then a cleartext connection must not reach the routes of a
    /// listener that is to speak TLS on the same port.
    private static boolean isServedBy(ListenerPolicy listener, Connection connection) {
        return listener.protocol()
                == (connection.isTls() ? ListenerPolicy.Protocol.HTTPS : ListenerPolicy.Protocol.HTTP);
    }
}
