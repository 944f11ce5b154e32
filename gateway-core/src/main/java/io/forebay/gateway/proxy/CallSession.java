package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.mesh.balance.LoopEndpoint;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.SessionRule;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The session that a call belongs to: the endpoint that its client is bound to, and the client's new token where
/// another one has answered. Lives as long as the call, on its loop.
final class CallSession {
    private final SessionRule rule;
    private final SessionTokens tokens;
    private final @Nullable SessionToken token;

    private CallSession(SessionRule rule, SessionTokens tokens, @Nullable SessionToken token) {
        this.rule = rule;
        this.tokens = tokens;
        this.token = token;
    }

    /// The session of a request, a new one where it has no token that is good.
    static CallSession of(Exchange exchange, SessionRule rule, SessionTokens tokens) {
        SessionToken sent = tokens.read(exchange.head().bytes(), rule.token(exchange.head()));
        boolean isOver = sent != null && sent.isOver(nowSeconds(), rule.lifetimeSeconds(), rule.idleSeconds());
        return new CallSession(rule, tokens, isOver ? null : sent);
    }

    private static long nowSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }

    /// Whether the client is bound to nothing yet.
    boolean isNew() {
        return token == null;
    }

    /// What the client is bound to, 0 for nothing; see [SessionTokens#tag].
    long tag() {
        return token == null ? 0 : token.tag();
    }

    SessionTokens tokens() {
        return tokens;
    }

    /// Binds the client to the endpoint whose answer is about to be sent, unless it is already and need not be told
    /// that it has called.
    void answeredBy(Exchange exchange, LoopUpstream upstream, LoopEndpoint endpoint) {
        long answered = upstream.sessionTag(endpoint, tokens);
        long nowSeconds = nowSeconds();
        SessionToken sent = token;
        boolean isBound = sent != null && sent.tag() == answered;
        if (sent != null && isBound && !sent.isDue(nowSeconds, rule.idleSeconds())) {
            return;
        }
        long begunSeconds = sent != null && isBound ? sent.begunSeconds() : nowSeconds;
        String made = tokens.make(new SessionToken(answered, begunSeconds, nowSeconds));
        HeaderName header = rule.header();
        if (header == null) {
            exchange.answerLines()
                    .appendLine(
                            "set-cookie",
                            rule.setCookie(made, exchange.connection().isTls(), nowSeconds - begunSeconds));
        } else {
            exchange.answerEdits(exchange.answerEdits()
                    .then(new HeaderEdits(List.of(new ForwardedHeader(header, made)), List.of(), List.of())));
        }
    }
}
