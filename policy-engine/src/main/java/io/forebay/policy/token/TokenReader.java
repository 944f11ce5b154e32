package io.forebay.policy.token;

import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.forebay.policy.Claims;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a decoded token into what is kept of it. Numbers become text without exponent, `true` and `false` too;
/// members of objects get dotted names down to [#DEPTH_MAX]; null is no value.
final class TokenReader {

    static final int DEPTH_MAX = 4;

    private TokenReader() {}

    /// Throws [IllegalArgumentException] if a registered claim has the wrong type.
    static VerifiedToken read(
            DecodedJWT jwt, TokenScratch digested, JwtProvider provider, VerificationKey key, long nowMs) {
        String subject = jwt.getClaim("sub").asString();
        return new VerifiedToken(
                digested,
                provider.name(),
                key,
                nowMs,
                provider.issuer(),
                subject == null || subject.isEmpty() ? null : subject,
                audiences(jwt),
                timeMs(jwt.getClaim("exp")),
                timeMs(jwt.getClaim("nbf")),
                claims(jwt));
    }

    private static List<String> audiences(DecodedJWT jwt) {
        List<String> audiences = jwt.getAudience();
        return audiences == null ? List.of() : audiences;
    }

    /// A NumericDate (RFC 7519 section 2), which may have a fraction.
    private static long timeMs(Claim claim) {
        if (claim.isMissing() || claim.isNull()) {
            return VerifiedToken.NO_TIME;
        }
        Double seconds = claim.asDouble();
        if (seconds == null || seconds.isNaN()) {
            throw new IllegalArgumentException("not a NumericDate");
        }
        return Math.max((long) (seconds * 1000.0), -Long.MAX_VALUE / 2);
    }

    private static Claims claims(DecodedJWT jwt) {
        Map<String, List<String>> nested = new HashMap<>();
        Map<String, List<String>> literal = new HashMap<>();
        jwt.getClaims().forEach((name, claim) -> {
            Object value = claim.as(Object.class);
            literal.put(name, values(value));
            flatten(name, value, nested, DEPTH_MAX);
        });
        nested.putAll(literal);
        return new Claims(nested);
    }

    private static void flatten(String name, @Nullable Object value, Map<String, List<String>> into, int depth) {
        if (value instanceof Map<?, ?> members && depth > 0) {
            members.forEach((member, inner) -> {
                String path = name + "." + member;
                into.put(path, values(inner));
                flatten(path, inner, into, depth - 1);
            });
        }
    }

    private static List<String> values(@Nullable Object value) {
        List<String> values = new ArrayList<>();
        if (value instanceof Iterable<?> items) {
            items.forEach(item -> addScalar(item, values));
        } else {
            addScalar(value, values);
        }
        return values;
    }

    private static void addScalar(@Nullable Object value, List<String> into) {
        switch (value) {
            case String text -> into.add(text);
            case Boolean bool -> into.add(bool.toString());
            case Number number -> into.add(new BigDecimal(number.toString()).toPlainString());
            case null, default -> {}
        }
    }
}
