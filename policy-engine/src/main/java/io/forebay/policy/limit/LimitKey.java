package io.forebay.policy.limit;

import io.forebay.policy.HeaderName;
import java.util.List;

/// What a limit counts by. A request that lacks the part asked for (no such claim, header or certificate) is counted
/// together with all others that lack it, so leaving it out gains nothing.
public sealed interface LimitKey {

    /// One counter for all requests.
    record Everyone() implements LimitKey {}

    /// By the first value of a claim.
    record ByClaim(String claim) implements LimitKey {}

    /// By the value of the first field line of a header.
    record ByHeader(HeaderName header) implements LimitKey {}

    /// By the peer's address.
    record ByAddress() implements LimitKey {}

    /// By the name in the client certificate.
    record ByCertificate() implements LimitKey {}

    /// By the tenant that the caller belongs to.
    record ByTenant() implements LimitKey {}

    /// By all the parts together.
    record ByAll(List<LimitKey> parts) implements LimitKey {
        public ByAll {
            parts = List.copyOf(parts);
        }
    }
}
