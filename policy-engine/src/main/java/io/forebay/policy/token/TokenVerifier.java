package io.forebay.policy.token;

import io.forebay.policy.PeerIdentity;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.TenantRule;
import java.util.List;

/// Accepts or refuses the Bearer token of a request.
public final class TokenVerifier {

    private final TokenCache cache;

    public TokenVerifier(TokenCache cache) {
        this.cache = cache;
    }

    public TokenCache cache() {
        return cache;
    }

    /// Verifies a token found in the request's Authorization field.
    @SuppressWarnings("DoNotCallSuggester") // body follows
    public TokenOutcome verify(
            List<JwtProvider> providers,
            TenantRule tenantRule,
            RequestFacts facts,
            PeerIdentity peer,
            TokenScratch scratch,
            long nowMs) {
        throw new UnsupportedOperationException();
    }
}
