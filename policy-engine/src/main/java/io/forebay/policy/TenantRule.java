package io.forebay.policy;

import org.jspecify.annotations.Nullable;

/// Where a SecurityPolicy finds the tenant of a principal. A rule that finds nothing falls back to the principal
/// itself, so that nobody shares a tenant by accident.
public sealed interface TenantRule {

    /// The tenant is the principal's own identity: the default.
    record OfPrincipal() implements TenantRule {}

    /// The tenant is the first value of a claim.
    record OfClaim(String claim) implements TenantRule {}

    /// The tenant is the trust domain of the certificate's SPIFFE URI.
    record OfTrustDomain() implements TenantRule {}

    /// The tenant, given what is known of the principal.
    default String tenant(String identity, Claims claims, @Nullable ClientCertificate certificate) {
        String found = switch (this) {
            case OfPrincipal() -> null;
            case OfClaim(String claim) -> claims.first(claim);
            case OfTrustDomain() -> certificate == null ? null : certificate.trustDomain();
        };
        return found == null || found.isEmpty() ? identity : found;
    }
}
