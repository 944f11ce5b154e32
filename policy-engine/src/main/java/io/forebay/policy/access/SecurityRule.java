package io.forebay.policy.access;

import io.forebay.policy.AccessDecision;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.TenantRule;
import io.forebay.policy.token.JwtProvider;
import io.forebay.policy.token.TokenOutcome;
import io.forebay.policy.token.TokenScratch;
import io.forebay.policy.token.TokenVerifier;
import java.util.List;

/// One SecurityPolicy as it applies to a rule.
public final class SecurityRule {

    private final String id;
    private final PolicyMode mode;
    private final List<JwtProvider> providers;
    private final boolean tokenOptional;
    private final AuthorizationRules authorization;
    private final TenantRule tenantRule;

    /// Puts a rule together.
    ///
    /// @param id namespace/name of the SecurityPolicy
    /// @param providers whose tokens are accepted; empty when only certificates count
    /// @param tokenOptional whether a request without token goes on to authorization, as its certificate or as
    ///     anonymous
    public SecurityRule(
            String id,
            PolicyMode mode,
            List<JwtProvider> providers,
            boolean tokenOptional,
            AuthorizationRules authorization,
            TenantRule tenantRule) {
        this.id = id;
        this.mode = mode;
        this.providers = List.copyOf(providers);
        this.tokenOptional = tokenOptional;
        this.authorization = authorization;
        this.tenantRule = tenantRule;
    }

    /// Who is calling: the token if one is sent, else the certificate, else nobody.
    @SuppressWarnings("DoNotCallSuggester") // body follows
    public TokenOutcome identify(
            TokenVerifier verifier, RequestFacts facts, PeerIdentity peer, TokenScratch scratch, long nowMs) {
        throw new UnsupportedOperationException(id);
    }

    /// Whether that caller may go on.
    public AccessDecision authorize(Principal principal, PeerIdentity peer) {
        return authorization.decide(principal, peer);
    }

    public String id() {
        return id;
    }

    public PolicyMode mode() {
        return mode;
    }

    public List<JwtProvider> providers() {
        return providers;
    }

    public boolean tokenOptional() {
        return tokenOptional;
    }

    public AuthorizationRules authorization() {
        return authorization;
    }

    public TenantRule tenantRule() {
        return tenantRule;
    }
}
