package io.forebay.policy.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import io.forebay.policy.Refusal.TokenInvalid.Fault;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.TenantRule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Accepts or refuses the Bearer token of a request (RFC 6750, RFC 7519, RFC 8725). A signature is verified once and
/// then believed for as long as the [TokenCache] and the provider's key set allow; issuer, audience and times are
/// compared on each request. One verifier serves all loops; each call brings the calling loop's scratch. With a
/// cached token and a known provider it creates nothing; a miss costs the signature, on the calling thread.
public final class TokenVerifier {

    /// How far clocks may be apart.
    public static final long SKEW_MS = 60_000;

    /// The longest token that is looked at.
    public static final int TOKEN_BYTES_MAX = 16_384;

    private static final TokenOutcome.Refused MISSING = new TokenOutcome.Refused(Refusal.TokenMissing.INSTANCE);
    private static final Map<Fault, TokenOutcome.Refused> REFUSED = new EnumMap<>(Fault.class);

    static {
        for (Fault fault : Fault.values()) {
            REFUSED.put(fault, new TokenOutcome.Refused(new Refusal.TokenInvalid(fault)));
        }
    }

    private final TokenCache cache;

    public TokenVerifier(TokenCache cache) {
        this.cache = cache;
    }

    public TokenCache cache() {
        return cache;
    }

    /// The principal of the token in the request's Authorization field, or why there is none. [Refusal.TokenMissing]
    /// means that no Bearer credential was sent.
    public TokenOutcome verify(
            List<JwtProvider> providers,
            TenantRule tenantRule,
            RequestFacts facts,
            PeerIdentity peer,
            TokenScratch scratch,
            long nowMs) {
        long token = BearerCredential.find(facts);
        if (token == ByteSpan.ABSENT) {
            return MISSING;
        }
        if (token == BearerCredential.MALFORMED) {
            return refused(Fault.AUTHORIZATION);
        }
        if (ByteSpan.length(token) > TOKEN_BYTES_MAX) {
            return refused(Fault.TOO_LARGE);
        }
        scratch.digest(facts.bytes(), ByteSpan.offset(token), ByteSpan.length(token));
        for (int i = 0; i < providers.size(); i++) {
            JwtProvider provider = providers.get(i);
            VerifiedToken known = cache.find(scratch, provider, nowMs);
            KeySet keys = known == null ? null : provider.keys().current();
            if (known != null && keys != null && keys.holds(known.key())) {
                return evaluate(known, provider, tenantRule, peer, nowMs);
            }
        }
        // A known token was well-formed when it was verified.
        return BearerCredential.isWellFormed(facts.bytes(), token)
                ? verifyUnknown(providers, tenantRule, facts.text(token), peer, scratch, nowMs)
                : refused(Fault.AUTHORIZATION);
    }

    /// What must hold on each request, whether the signature was verified now or earlier. Issuer, audience and subject
    /// held when the outcome was made under this provider; only time goes on.
    private static TokenOutcome evaluate(
            VerifiedToken token, JwtProvider provider, TenantRule tenantRule, PeerIdentity peer, long nowMs) {
        TokenOutcome.Accepted accepted = token.outcome(provider, tenantRule, peer);
        Fault fault = accepted == null ? addressFault(token, provider) : null;
        if (fault == null) {
            fault = timeFault(token, nowMs);
        }
        if (fault != null) {
            return refused(fault);
        }
        if (accepted == null) {
            accepted = new TokenOutcome.Accepted(principal(token, provider, tenantRule, peer.certificate()));
            token.remember(provider, tenantRule, peer, accepted);
        }
        return accepted;
    }

    private static @Nullable Fault addressFault(VerifiedToken token, JwtProvider provider) {
        if (!token.issuer().equals(provider.issuer())) {
            return Fault.ISSUER;
        }
        if (!isMeantFor(provider.audiences(), token.audiences())) {
            return Fault.AUDIENCE;
        }
        return token.subject() == null ? Fault.SUBJECT : null;
    }

    private static @Nullable Fault timeFault(VerifiedToken token, long nowMs) {
        if (token.expiresAtMs() != VerifiedToken.NO_TIME && nowMs - SKEW_MS >= token.expiresAtMs()) {
            return Fault.EXPIRED;
        }
        return token.notBeforeMs() != VerifiedToken.NO_TIME && nowMs + SKEW_MS < token.notBeforeMs()
                ? Fault.NOT_YET_VALID
                : null;
    }

    private static boolean isMeantFor(List<String> accepted, List<String> audiences) {
        if (accepted.isEmpty()) {
            return true;
        }
        for (int i = 0; i < audiences.size(); i++) {
            if (accepted.contains(audiences.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static Principal principal(
            VerifiedToken token, JwtProvider provider, TenantRule tenantRule, @Nullable ClientCertificate certificate) {
        String subject = token.subject() == null ? "" : token.subject();
        return Principal.ofToken(
                provider.name(),
                token.issuer(),
                subject,
                token.claims(),
                certificate,
                tenantRule,
                headers(token, provider));
    }

    /// A claim that cannot stand in a field is left out: the upstream sees no header rather than a forged one.
    private static List<ForwardedHeader> headers(VerifiedToken token, JwtProvider provider) {
        List<ForwardedHeader> headers = new ArrayList<>();
        for (JwtProvider.ClaimHeader mapping : provider.claimToHeaders()) {
            List<String> values = token.claims().all(mapping.claim());
            String text = String.join(",", values);
            if (!values.isEmpty() && ForwardedHeader.isFieldValue(text)) {
                headers.add(new ForwardedHeader(mapping.header(), text));
            }
        }
        return headers;
    }

    private TokenOutcome verifyUnknown(
            List<JwtProvider> providers,
            TenantRule tenantRule,
            String text,
            PeerIdentity peer,
            TokenScratch scratch,
            long nowMs) {
        DecodedJWT jwt;
        try {
            jwt = JWT.decode(text);
        } catch (JWTDecodeException e) {
            return refused(Fault.MALFORMED);
        }
        if (!jwt.getHeaderClaim("crit").isMissing()) {
            return refused(Fault.CRITICAL);
        }
        TokenOutcome outcome = refused(Fault.ISSUER);
        for (JwtProvider provider : providers) {
            if (provider.issuer().equals(jwt.getIssuer())) {
                outcome = verifyWith(provider, tenantRule, jwt, peer, scratch, nowMs);
                if (outcome instanceof TokenOutcome.Accepted) {
                    return outcome;
                }
            }
        }
        return outcome;
    }

    private TokenOutcome verifyWith(
            JwtProvider provider,
            TenantRule tenantRule,
            DecodedJWT jwt,
            PeerIdentity peer,
            TokenScratch scratch,
            long nowMs) {
        KeySet keys = provider.keys().current();
        if (keys == null) {
            return new TokenOutcome.Refused(new Refusal.KeysUnavailable(provider.name()));
        }
        Fault fault = Fault.KEY_UNKNOWN;
        for (VerificationKey key : keys.candidates(jwt.getKeyId())) {
            if (!key.algorithm().equals(jwt.getAlgorithm())) {
                fault = Fault.ALGORITHM;
            } else if (!key.verifies(jwt)) {
                fault = Fault.SIGNATURE;
            } else {
                return acceptVerified(provider, tenantRule, jwt, key, peer, scratch, nowMs);
            }
        }
        return refused(fault);
    }

    private TokenOutcome acceptVerified(
            JwtProvider provider,
            TenantRule tenantRule,
            DecodedJWT jwt,
            VerificationKey key,
            PeerIdentity peer,
            TokenScratch scratch,
            long nowMs) {
        VerifiedToken token;
        try {
            token = TokenReader.read(jwt, scratch, provider, key, nowMs);
        } catch (IllegalArgumentException | JWTDecodeException e) {
            return refused(Fault.MALFORMED);
        }
        TokenOutcome outcome = evaluate(token, provider, tenantRule, peer, nowMs);
        if (outcome instanceof TokenOutcome.Accepted) {
            cache.put(scratch, token);
        }
        return outcome;
    }

    private static TokenOutcome refused(Fault fault) {
        TokenOutcome outcome = REFUSED.get(fault);
        if (outcome == null) {
            throw new IllegalStateException("no outcome for " + fault);
        }
        return outcome;
    }
}
