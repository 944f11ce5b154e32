package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.SessionRule;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The session that a call belongs to: the endpoint that its client is bound to, and the client's new token where
/// another one has answered. Lives as long as the call, on its loop.
final class CallSession {
    private final SessionRule rule;
    private final SessionTokens tokens;
    private final long tag;

    private CallSession(SessionRule rule, SessionTokens tokens, long tag) {
        this.rule = rule;
        this.tokens = tokens;
        this.tag = tag;
    }

    /// The session of a request, a new one where it has no token that is good.
    static CallSession of(Exchange exchange, SessionRule rule, SessionTokens tokens) {
        long token = rule.token(exchange.head());
        return new CallSession(
                rule, tokens, tokens.read(exchange.head().bytes(), token, nowSeconds(), rule.lifetimeSeconds()));
    }

    private static long nowSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }

    /// Whether the client is bound to nothing yet.
    boolean isNew() {
        return tag == 0;
    }

    /// What the client is bound to; see [SessionTokens#tag].
    long tag() {
        return tag;
    }

    SessionTokens tokens() {
        return tokens;
    }

    /// Binds the client to the endpoint whose answer is about to be sent, unless it is already.
    void answeredBy(Exchange exchange, LoopUpstream upstream, LoopEndpoint endpoint) {
        long answered = upstream.sessionTag(endpoint, tokens);
        if (answered == tag) {
            return;
        }
        String token = tokens.make(answered, nowSeconds());
        HeaderName header = rule.header();
        if (header == null) {
            exchange.answerLines()
                    .appendLine(
                            "set-cookie",
                            rule.setCookie(token, exchange.connection().isTls()));
        } else {
            exchange.answerEdits(exchange.answerEdits()
                    .then(new HeaderEdits(List.of(new ForwardedHeader(header, token)), List.of(), List.of())));
        }
    }
}
