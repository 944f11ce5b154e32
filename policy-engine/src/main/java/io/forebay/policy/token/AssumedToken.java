package io.forebay.policy.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.exceptions.JWTDecodeException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// A token that is taken as if its signature had been verified: for explanations, which are told claims rather than
/// given a token. All else about it is judged as ever. It is only ever put into a cache that no gateway uses; a test
/// sees that nobody else calls this.
public final class AssumedToken {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = "{\"alg\":\"none\",\"typ\":\"JWT\"}";

    private AssumedToken() {}

    /// A token without a signature.
    ///
    /// @param claims a JSON object
    /// @throws IllegalArgumentException if that is no object, or a registered claim has the wrong type
    public static String of(String claims) {
        String token = part(HEADER) + "." + part(claims) + "." + part("assumed");
        decode(token);
        return token;
    }

    private static String part(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DecodedJWT decode(String token) {
        try {
            return JWT.decode(token);
        } catch (JWTDecodeException e) {
            throw new IllegalArgumentException("the claims are no JSON object with claims of their types", e);
        }
    }

    /// Makes a verifier of this cache believe the signature of the token under each of these providers.
    public static void believe(TokenCache cache, String token, List<JwtProvider> providers, long nowMs) {
        DecodedJWT jwt = decode(token);
        TokenScratch scratch = new TokenScratch();
        byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
        scratch.digest(bytes, 0, bytes.length);
        for (JwtProvider provider : providers) {
            KeySet keys = provider.keys().current();
            // The issuer is compared where the token is decoded, which this one is not again.
            if (keys != null && provider.issuer().equals(jwt.getIssuer())) {
                cache.put(
                        scratch,
                        TokenReader.read(jwt, scratch, provider, keys.keys().getFirst(), nowMs));
            }
        }
    }
}
