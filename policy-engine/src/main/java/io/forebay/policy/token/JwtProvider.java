package io.forebay.policy.token;

import io.forebay.policy.HeaderName;
import java.util.List;

/// One issuer whose tokens are accepted.
///
/// @param name as the policy calls it; part of a principal's identity
/// @param issuer what `iss` must be
/// @param audiences one of them must be in `aud`; empty accepts any
/// @param keys what signatures are checked with
/// @param claimToHeaders claims passed to the upstream
public record JwtProvider(
        String name, String issuer, List<String> audiences, KeySource keys, List<ClaimHeader> claimToHeaders) {

    public JwtProvider {
        audiences = List.copyOf(audiences);
        claimToHeaders = List.copyOf(claimToHeaders);
    }

    /// A claim and the request header that carries its first value upstream.
    public record ClaimHeader(String claim, HeaderName header) {}
}
