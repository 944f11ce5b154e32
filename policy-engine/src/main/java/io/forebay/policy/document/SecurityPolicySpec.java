package io.forebay.policy.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `SecurityPolicy.spec`: who may call. Field names are Envoy Gateway's where the feature is the same.
public record SecurityPolicySpec(
        List<TargetRef> targetRefs,
        @Nullable Mode mode,
        @Nullable Tenant tenant,
        @Nullable Jwt jwt,
        @Nullable Authorization authorization) {

    /// Where a caller's tenant is read from; exactly one is set.
    public record Tenant(
            @Nullable String claim,
            @Nullable SpiffePart spiffe,
            @Nullable String header) {}

    public enum SpiffePart {
        @Key("trustDomain")
        TRUST_DOMAIN
    }

    public record Jwt(List<Provider> providers) {}

    /// One issuer of tokens.
    ///
    /// @param issuer the exact `iss` of its tokens
    /// @param audiences at least one of them must stand in `aud`; empty accepts any
    public record Provider(
            String name,
            String issuer,
            List<String> audiences,
            LocalJwks localJWKS,
            List<ClaimToHeader> claimToHeaders) {}

    /// A key set (RFC 7517): in a file beside the policies, or in the policy itself; exactly one is set.
    public record LocalJwks(
            @Nullable String fileRef, @Nullable String inline) {}

    public record ClaimToHeader(String claim, String header) {}

    public record Authorization(@Nullable Action defaultAction, List<Rule> rules) {}

    public enum Action {
        @Key("Allow")
        ALLOW,
        @Key("Deny")
        DENY
    }

    public record Rule(@Nullable String name, Action action, RulePrincipal principal) {}

    /// All parts that are set must hold.
    public record RulePrincipal(
            @Nullable JwtPrincipal jwt, @Nullable CertificatePrincipal clientCertificate) {}

    /// What a token must bring.
    ///
    /// @param scopes all must be granted
    /// @param claims all must hold
    public record JwtPrincipal(String provider, List<String> scopes, List<ClaimMatch> claims) {}

    /// One of `values` equals the claim, or stands in it where the claim is a list.
    public record ClaimMatch(String name, @Nullable ClaimType valueType, List<String> values) {}

    public enum ClaimType {
        @Key("String")
        STRING,
        @Key("StringArray")
        STRING_ARRAY
    }

    /// One of them must hold.
    public record CertificatePrincipal(List<TextMatch> spiffe) {}

    public record TextMatch(@Nullable TextMatchType type, String value) {}

    public enum TextMatchType {
        @Key("Exact")
        EXACT,
        @Key("Prefix")
        PREFIX
    }
}
