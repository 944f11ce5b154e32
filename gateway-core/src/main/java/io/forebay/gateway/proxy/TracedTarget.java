package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.netty.util.AsciiString;

/// What a traced try asks for, as a URL. Its query is left out: it may hold secrets.
final class TracedTarget {
    private TracedTarget() {}

    static String of(Exchange exchange, EndpointPool pool) {
        boolean isTls = pool.connector().transport().tls() != null;
        AsciiString target = ForwardedTarget.target(exchange);
        int query = target.indexOf("?");
        return (isTls ? "https://" : "http://") + pool.name() + (query < 0 ? target : target.subSequence(0, query));
    }
}
