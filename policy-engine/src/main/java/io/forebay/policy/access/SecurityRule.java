package io.forebay.policy.access;

import io.forebay.policy.AccessDecision;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.TenantRule;
import io.forebay.policy.token.JwtProvider;
import io.forebay.policy.token.TokenOutcome;
import io.forebay.policy.token.TokenScratch;
import io.forebay.policy.token.TokenVerifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One SecurityPolicy as it applies to a rule. The gateway calls [#identify], then [#authorize], on the loop of the
/// request; in [PolicyMode#SHADOW] it counts a refusal and goes on with [Principal#ANONYMOUS]. Immutable, any thread.
public final class SecurityRule {

    private final String id;
    private final PolicyMode mode;
    private final List<JwtProvider> providers;
    private final boolean tokenOptional;
    private final AuthorizationRules authorization;
    private final TenantRule tenantRule;
    private final boolean acceptsCertificate;
    private final Set<HeaderName> claimHeaders;

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
        this.acceptsCertificate = authorization.allowsByCertificate();
        this.claimHeaders = providers.stream()
                .flatMap(provider -> provider.claimToHeaders().stream())
                .map(JwtProvider.ClaimHeader::header)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Who is calling: the holder of the token if one is sent, and it must then be good; else the holder of the
    /// certificate, if a rule could allow that; else anonymous, where no token is asked for. Otherwise
    /// [Refusal.TokenMissing].
    public TokenOutcome identify(
            TokenVerifier verifier, RequestFacts facts, PeerIdentity peer, TokenScratch scratch, long nowMs) {
        if (providers.isEmpty()) {
            return peer.outcome(tenantRule);
        }
        TokenOutcome outcome = verifier.verify(providers, tenantRule, facts, peer, scratch, nowMs);
        boolean isMissing =
                outcome instanceof TokenOutcome.Refused refused && refused.refusal() instanceof Refusal.TokenMissing;
        boolean isOptional = tokenOptional || (acceptsCertificate && peer.certificate() != null);
        return isMissing && isOptional ? peer.outcome(tenantRule) : outcome;
    }

    /// Whether that caller may go on. A caller who is refused for want of any rule and sent no token, though one could
    /// have helped, is asked for it: [Refusal.TokenMissing] instead of [Refusal.Forbidden]; likewise
    /// [Refusal.CertificateRequired].
    public AccessDecision authorize(Principal principal, PeerIdentity peer) {
        AccessDecision decision = authorization.decide(principal, peer);
        if (principal.kind() == Principal.Kind.TOKEN || !authorization.isRefusedByDefault(decision)) {
            return decision;
        }
        if (!providers.isEmpty()) {
            return Refusal.TokenMissing.INSTANCE;
        }
        boolean couldBringCertificate = acceptsCertificate && peer.certificate() == null;
        return couldBringCertificate ? Refusal.CertificateRequired.INSTANCE : decision;
    }

    /// The headers that `claimToHeaders` fills: a client must not send them, so the gateway removes them from every
    /// request of the rule, whoever is calling.
    public Set<HeaderName> claimHeaders() {
        return claimHeaders;
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
