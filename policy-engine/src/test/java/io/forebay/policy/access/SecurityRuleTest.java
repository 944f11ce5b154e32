package io.forebay.policy.access;

import static io.forebay.policy.token.TestIssuer.ISSUER;
import static io.forebay.policy.token.TestIssuer.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.AccessDecision;
import io.forebay.policy.Claims;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Permit;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import io.forebay.policy.access.AuthorizationRule.Action;
import io.forebay.policy.access.AuthorizationRule.CertificateCondition;
import io.forebay.policy.access.AuthorizationRule.ClaimCondition;
import io.forebay.policy.access.AuthorizationRule.NameMatch;
import io.forebay.policy.access.AuthorizationRule.TokenCondition;
import io.forebay.policy.token.JwtProvider;
import io.forebay.policy.token.TestIssuer;
import io.forebay.policy.token.TokenCache;
import io.forebay.policy.token.TokenOutcome;
import io.forebay.policy.token.TokenScratch;
import io.forebay.policy.token.TokenVerifier;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecurityRuleTest {

    private static final TestIssuer TOKENS = TestIssuer.hmac("k");
    private static final PeerIdentity STRANGER = new PeerIdentity("192.0.2.1", null);
    private static final PeerIdentity COOK = peer("spiffe://example/kitchen/cook");
    private static final PeerIdentity WAITER = peer("spiffe://example/hall/waiter");

    private final TokenVerifier verifier = new TokenVerifier(new TokenCache(10));
    private final TokenScratch scratch = new TokenScratch();

    private static PeerIdentity peer(String spiffe) {
        return new PeerIdentity(
                "192.0.2.2", new ClientCertificate(spiffe, List.of("cook.example"), "CN=cook,O=Example", "ab"));
    }

    private static AuthorizationRule readers(Action action, String... scopes) {
        return new AuthorizationRule("readers", action, new TokenCondition("idp", List.of(scopes), List.of()), null);
    }

    private static AuthorizationRule kitchen(Action action) {
        return certificate(
                action,
                new CertificateCondition(
                        List.of(new NameMatch(NameMatch.Kind.PREFIX, "spiffe://example/kitchen/")),
                        List.of(),
                        List.of()));
    }

    private static AuthorizationRule certificate(Action action, CertificateCondition condition) {
        return new AuthorizationRule("kitchen", action, null, condition);
    }

    private static SecurityRule rule(boolean withProvider, Action byDefault, AuthorizationRule... rules) {
        JwtProvider provider = new JwtProvider(
                "idp",
                ISSUER,
                List.of("shop"),
                TestIssuer.keys(TOKENS.jwk()),
                List.of(new JwtProvider.ClaimHeader("sub", HeaderName.of("x-user"))));
        return new SecurityRule(
                "default/tokens",
                PolicyMode.ENFORCE,
                withProvider ? List.of(provider) : List.of(),
                false,
                new AuthorizationRules(byDefault, List.of(rules)),
                new TenantRule.OfPrincipal());
    }

    /// The final answer: what identification refuses, else what authorization says.
    private AccessDecision decide(SecurityRule rule, PeerIdentity peer, @Nullable String token) {
        TestRequest request = TestRequest.get("h", "/");
        if (token != null) {
            request.with("authorization", "Bearer " + token);
        }
        return switch (rule.identify(verifier, request, peer, scratch, NOW_MS)) {
            case TokenOutcome.Accepted(Principal principal) -> rule.authorize(principal, peer);
            case TokenOutcome.Refused(Refusal refusal) -> refusal;
        };
    }

    private static String token(String scope) {
        return TOKENS.claims().withClaim("scope", scope).sign(TOKENS.algorithm());
    }

    @Test
    void allScopesOfARuleAreNeeded() {
        SecurityRule rule = rule(true, Action.DENY, readers(Action.ALLOW, "read", "list"));
        assertThat(decide(rule, STRANGER, token("list other read"))).isEqualTo(new Permit("readers"));
        assertThat(decide(rule, STRANGER, token("read"))).isEqualTo(new Refusal.Forbidden("default"));
    }

    @Test
    void firstRuleThatAppliesDecides() {
        SecurityRule rule =
                rule(true, Action.ALLOW, readers(Action.DENY, "banned"), readers(Action.ALLOW), kitchen(Action.DENY));
        assertThat(decide(rule, COOK, token("banned"))).isEqualTo(new Refusal.Forbidden("readers"));
        assertThat(decide(rule, COOK, token("x"))).isEqualTo(new Permit("readers"));
    }

    @Test
    void anyValueOfAClaimWillDoButAllClaimsMustHold() {
        TokenCondition condition = new TokenCondition(
                "idp",
                List.of(),
                List.of(
                        new ClaimCondition("role", List.of("cook", "chef")),
                        new ClaimCondition("org", List.of("acme"))));
        SecurityRule rule = rule(true, Action.DENY, new AuthorizationRule("roles", Action.ALLOW, condition, null));
        String chef = TOKENS.claims()
                .withArrayClaim("role", new String[] {"waiter", "chef"})
                .withClaim("org", "acme")
                .sign(TOKENS.algorithm());
        String outsider = TOKENS.claims().withClaim("role", "chef").sign(TOKENS.algorithm());
        assertThat(decide(rule, STRANGER, chef)).isEqualTo(new Permit("roles"));
        assertThat(decide(rule, STRANGER, outsider)).isEqualTo(new Refusal.Forbidden("default"));
    }

    @Test
    void tokenOfAnotherProviderDoesNotSatisfyARule() {
        SecurityRule rule = rule(
                true,
                Action.DENY,
                new AuthorizationRule("r", Action.ALLOW, new TokenCondition("partner", List.of(), List.of()), null));
        assertThat(decide(rule, STRANGER, token("x"))).isEqualTo(new Refusal.Forbidden("default"));
    }

    @Test
    void certificateAloneIsEnoughWhereARuleSaysSo() {
        SecurityRule rule = rule(true, Action.DENY, readers(Action.ALLOW, "read"), kitchen(Action.ALLOW));
        assertThat(decide(rule, COOK, null)).isEqualTo(new Permit("kitchen"));
        assertThat(decide(rule, WAITER, token("read"))).isEqualTo(new Permit("readers"));
    }

    @Test
    void certificateThatNoRuleAllowsIsAskedForATokenNotForbidden() {
        SecurityRule rule = rule(true, Action.DENY, readers(Action.ALLOW, "read"), kitchen(Action.ALLOW));
        assertThat(decide(rule, WAITER, null)).isEqualTo(Refusal.TokenMissing.INSTANCE);
        assertThat(decide(rule, STRANGER, null)).isEqualTo(Refusal.TokenMissing.INSTANCE);
    }

    @Test
    void badTokenIsRefusedEvenWithAGoodCertificate() {
        SecurityRule rule = rule(true, Action.DENY, kitchen(Action.ALLOW));
        assertThat(decide(rule, COOK, "a.b.c")).isInstanceOf(Refusal.TokenInvalid.class);
    }

    @Test
    void explicitDenialOfACertificateIsForbidden() {
        SecurityRule rule = rule(false, Action.ALLOW, kitchen(Action.DENY));
        assertThat(decide(rule, COOK, null)).isEqualTo(new Refusal.Forbidden("kitchen"));
        assertThat(decide(rule, WAITER, null)).isEqualTo(new Permit("default"));
    }

    @Test
    void missingCertificateIsNamedWhereOnlyCertificatesCount() {
        SecurityRule rule = rule(false, Action.DENY, kitchen(Action.ALLOW));
        assertThat(decide(rule, STRANGER, null)).isEqualTo(Refusal.CertificateRequired.INSTANCE);
        assertThat(decide(rule, WAITER, null)).isEqualTo(new Refusal.Forbidden("default"));
    }

    @Test
    void everyKindOfCertificateNameMustHoldThroughOneOfItsEntries() {
        NameMatch exact = new NameMatch(NameMatch.Kind.EXACT, "spiffe://example/kitchen/cook");
        SecurityRule both = rule(
                false,
                Action.DENY,
                certificate(
                        Action.ALLOW,
                        new CertificateCondition(
                                List.of(exact), List.of("x.example", "cook.example"), List.of("CN=cook,O=Example"))));
        SecurityRule wrongSubject = rule(
                false,
                Action.DENY,
                certificate(Action.ALLOW, new CertificateCondition(List.of(exact), List.of(), List.of("CN=chef"))));
        assertThat(decide(both, COOK, null)).isInstanceOf(Permit.class);
        assertThat(decide(both, peer("spiffe://example/kitchen/cook2"), null)).isInstanceOf(Refusal.class);
        assertThat(decide(wrongSubject, COOK, null)).isInstanceOf(Refusal.class);
    }

    @Test
    void tokenMustBeGoodWhereTheDefaultAllows() {
        SecurityRule rule = rule(true, Action.ALLOW);
        assertThat(decide(rule, COOK, null)).isEqualTo(Refusal.TokenMissing.INSTANCE);
        assertThat(decide(rule, COOK, token("x"))).isEqualTo(new Permit("default"));
    }

    @Test
    void optionalTokenLetsTheUnknownCallerReachAuthorization() {
        SecurityRule rule = rule(true, Action.ALLOW);
        SecurityRule optional = new SecurityRule(
                rule.id(), rule.mode(), rule.providers(), true, rule.authorization(), rule.tenantRule());
        assertThat(decide(optional, STRANGER, null)).isEqualTo(new Permit("default"));
        assertThat(decide(optional, STRANGER, "a.b.c")).isInstanceOf(Refusal.TokenInvalid.class);
    }

    @Test
    void headersThatClaimsFillAreKnownSoThatClientsCannotForgeThem() {
        assertThat(rule(true, Action.ALLOW).claimHeaders()).containsExactly(HeaderName.of("X-User"));
    }

    @Test
    void renewedCertificateIsTheSamePrincipal() {
        TenantRule tenant = new TenantRule.OfTrustDomain();
        Principal old = COOK.outcome(tenant).principal();
        Principal renewed = new PeerIdentity(
                        "192.0.2.9", new ClientCertificate("spiffe://example/kitchen/cook", List.of(), "", "cd"))
                .outcome(tenant)
                .principal();
        assertThat(renewed).isEqualTo(old);
        assertThat(renewed.tenant()).isEqualTo("example");
        assertThat(renewed.identity()).isEqualTo("certificate|spiffe://example/kitchen/cook");
    }

    @Test
    void certificateNameIsTheSpiffeUriElseTheFirstAlternativeNameElseTheSubject() {
        assertThat(new ClientCertificate(null, List.of("a.example", "b"), "CN=x", "").name())
                .isEqualTo("a.example");
        assertThat(new ClientCertificate(null, List.of(), "CN=x", "").name()).isEqualTo("CN=x");
    }

    @Test
    void identityKeepsItsPartsApartWhateverTheyHold() {
        Principal one = Principal.ofToken("p", "a|b", "c", Claims.NONE, null, new TenantRule.OfPrincipal(), List.of());
        Principal two = Principal.ofToken("p", "a", "b|c", Claims.NONE, null, new TenantRule.OfPrincipal(), List.of());
        assertThat(one).isNotEqualTo(two);
    }
}
