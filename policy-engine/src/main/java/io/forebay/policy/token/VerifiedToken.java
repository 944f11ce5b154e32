package io.forebay.policy.token;

import io.forebay.policy.Claims;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.TenantRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token whose signature was verified: its parsed claims, and the outcomes it led to, so that the next request with
/// it creates nothing. Shared by all loops; whether it is accepted is decided anew on each request.
final class VerifiedToken {

    /// A time claim that is not there.
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int OUTCOMES_MAX = 4;

    private final long word0;
    private final long word1;
    private final long word2;
    private final long word3;
    private final String provider;
    private final VerificationKey key;
    private final long verifiedAtMs;
    private final String issuer;
    private final @Nullable String subject;
    private final List<String> audiences;
    private final long expiresAtMs;
    private final long notBeforeMs;
    private final Claims claims;
    private volatile @Nullable Outcome latest;

    /// @param digested holds the digest of the token
    VerifiedToken(
            TokenScratch digested,
            String provider,
            VerificationKey key,
            long verifiedAtMs,
            String issuer,
            @Nullable String subject,
            List<String> audiences,
            long expiresAtMs,
            long notBeforeMs,
            Claims claims) {
        this.word0 = digested.word0;
        this.word1 = digested.word1;
        this.word2 = digested.word2;
        this.word3 = digested.word3;
        this.provider = provider;
        this.key = key;
        this.verifiedAtMs = verifiedAtMs;
        this.issuer = issuer;
        this.subject = subject;
        this.audiences = List.copyOf(audiences);
        this.expiresAtMs = expiresAtMs;
        this.notBeforeMs = notBeforeMs;
        this.claims = claims;
    }

    /// Whether this is the token that `digested` holds the digest of, verified for this provider.
    boolean isFor(TokenScratch digested, String provider) {
        return word0 == digested.word0
                && word1 == digested.word1
                && word2 == digested.word2
                && word3 == digested.word3
                && this.provider.equals(provider);
    }

    /// A clock that was set back makes a token stale rather than young for ever.
    boolean isFresh(long nowMs) {
        long ageMs = nowMs - verifiedAtMs;
        return ageMs >= 0 && ageMs < TokenCache.LIFETIME_MS;
    }

    String provider() {
        return provider;
    }

    VerificationKey key() {
        return key;
    }

    long verifiedAtMs() {
        return verifiedAtMs;
    }

    String issuer() {
        return issuer;
    }

    @Nullable
    String subject() {
        return subject;
    }

    List<String> audiences() {
        return audiences;
    }

    long expiresAtMs() {
        return expiresAtMs;
    }

    long notBeforeMs() {
        return notBeforeMs;
    }

    Claims claims() {
        return claims;
    }

    /// What this token led to under the same provider and tenant rule, or null.
    TokenOutcome.@Nullable Accepted outcome(JwtProvider provider, TenantRule tenantRule, PeerIdentity peer) {
        for (Outcome outcome = latest; outcome != null; outcome = outcome.earlier) {
            if (outcome.isFor(provider, tenantRule, peer)) {
                return outcome.accepted;
            }
        }
        return null;
    }

    /// Remembers an outcome; the oldest of a few makes room. Two threads may each forget the other's: only a little
    /// work is lost.
    void remember(JwtProvider provider, TenantRule tenantRule, PeerIdentity peer, TokenOutcome.Accepted accepted) {
        latest = new Outcome(
                provider, tenantRule, peer.trustDomain(), accepted, Outcome.newest(latest, OUTCOMES_MAX - 1));
    }

    /// A provider of another snapshot is another object: an outcome dies with the configuration it came from.
    private record Outcome(
            JwtProvider provider,
            TenantRule tenantRule,
            @Nullable String trustDomain,
            TokenOutcome.Accepted accepted,
            @Nullable Outcome earlier) {

        /// The first `count` of a chain.
        static @Nullable Outcome newest(@Nullable Outcome chain, int count) {
            return chain == null || count == 0
                    ? null
                    : new Outcome(
                            chain.provider,
                            chain.tenantRule,
                            chain.trustDomain,
                            chain.accepted,
                            newest(chain.earlier, count - 1));
        }

        @SuppressWarnings("ReferenceEquality") // identity is meant: comparing providers by value costs, and see above
        boolean isFor(JwtProvider provider, TenantRule tenantRule, PeerIdentity peer) {
            return this.provider == provider
                    && this.tenantRule.equals(tenantRule)
                    && (!(tenantRule instanceof TenantRule.OfTrustDomain)
                            || (trustDomain == null
                                    ? peer.trustDomain() == null
                                    : trustDomain.equals(peer.trustDomain())));
        }
    }
}
