package io.forebay.policy.token;

import com.auth0.jwt.algorithms.Algorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one JSON Web Key (RFC 7517, RFC 7518 section 6, RFC 8037). The algorithm is the key's `alg`, else the usual
/// one of its type. Keys too weak for their algorithm are refused.
final class JwkReader {

    private static final int RSA_BITS_MIN = 2048;
    private static final int RSA_BITS_MAX = 16_384;
    private static final int EXPONENT_BITS_MAX = 33;

    private final JsonNode jwk;
    private final String label;

    JwkReader(JsonNode jwk, String label) {
        this.jwk = jwk;
        this.label = label;
    }

    /// The key, or null if it is not meant for signatures or of a type that is not supported, which RFC 7517
    /// section 5 says to ignore.
    @Nullable
    VerificationKey read() throws KeySetException {
        String use = optional("use");
        if (use != null && !use.equals("sig")) {
            return null;
        }
        String type = required("kty");
        if (!type.equals("oct") && jwk.has("d")) {
            throw new KeySetException(label + " holds a private key: publish only its public part");
        }
        try {
            return switch (type) {
                case "RSA" -> rsa();
                case "EC" -> ec();
                case "OKP" -> okp();
                case "oct" -> oct();
                default -> null;
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeySetException(label + " is not a usable " + type + " key: " + e.getMessage());
        }
    }

    private VerificationKey rsa() throws KeySetException, GeneralSecurityException {
        BigInteger modulus = number("n");
        if (modulus.bitLength() < RSA_BITS_MIN) {
            throw new KeySetException(
                    label + " has " + modulus.bitLength() + " bits, at least " + RSA_BITS_MIN + " are needed");
        }
        BigInteger exponent = number("e");
        // Providers differ in what they take for a key and verify nothing with.
        if (modulus.bitLength() > RSA_BITS_MAX
                || !modulus.testBit(0)
                || !exponent.testBit(0)
                || exponent.compareTo(BigInteger.ONE) <= 0
                || exponent.bitLength() > EXPONENT_BITS_MAX) {
            throw new KeySetException(label + " is not a usable RSA key: 'n' has at most " + RSA_BITS_MAX
                    + " bits and 'e' at most " + EXPONENT_BITS_MAX + ", both are odd, and 'e' is 3 or more");
        }
        String name = algorithm("RS256");
        SignatureAlgorithm algorithm = switch (name) {
            case "RS256" -> SignatureAlgorithm.RS256;
            case "RS384" -> SignatureAlgorithm.RS384;
            case "RS512" -> SignatureAlgorithm.RS512;
            default -> throw unsupported(name);
        };
        return VerificationKey.of(
                id(), algorithm, new RSAPublicKeySpec(modulus, exponent), thumbprint("e", "kty", "n"));
    }

    private VerificationKey ec() throws KeySetException, GeneralSecurityException {
        String curve = required("crv");
        return switch (curve) {
            case "P-256" -> {
                expectAlgorithm("ES256");
                yield VerificationKey.of(id(), SignatureAlgorithm.ES256, point("secp256r1"), ecThumbprint());
            }
            case "P-384" -> {
                expectAlgorithm("ES384");
                yield VerificationKey.of(id(), SignatureAlgorithm.ES384, point("secp384r1"), ecThumbprint());
            }
            default -> throw new KeySetException(label + " has curve '" + curve + "': P-256 and P-384 are supported");
        };
    }

    private ECPublicKeySpec point(String curve) throws KeySetException, GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint point = new ECPoint(number("x"), number("y"));
        if (!CurvePoints.isOnCurve(point, spec.getCurve())) {
            throw new KeySetException(label + " is not a point of its curve");
        }
        return new ECPublicKeySpec(point, spec);
    }

    private String ecThumbprint() throws KeySetException, GeneralSecurityException {
        return thumbprint("crv", "kty", "x", "y");
    }

    private VerificationKey okp() throws KeySetException, GeneralSecurityException {
        String curve = required("crv");
        if (!curve.equals("Ed25519")) {
            throw new KeySetException(label + " has curve '" + curve + "': Ed25519 is supported");
        }
        expectAlgorithm("EdDSA");
        byte[] littleEndian = bytes("x");
        if (littleEndian.length != 32) {
            throw new KeySetException(label + " has " + littleEndian.length + " bytes, 32 are needed");
        }
        EdECPublicKeySpec spec = new EdECPublicKeySpec(NamedParameterSpec.ED25519, CurvePoints.ed25519(littleEndian));
        return VerificationKey.of(id(), SignatureAlgorithm.EDDSA, spec, thumbprint("crv", "kty", "x"));
    }

    private VerificationKey oct() throws KeySetException, GeneralSecurityException {
        byte[] secret = bytes("k");
        String algorithm = algorithm("HS256");
        Algorithm verifier = switch (algorithm) {
            case "HS256" -> Algorithm.HMAC256(strong(secret, 32));
            case "HS384" -> Algorithm.HMAC384(strong(secret, 48));
            case "HS512" -> Algorithm.HMAC512(strong(secret, 64));
            default -> throw unsupported(algorithm);
        };
        return VerificationKey.ofSecret(id(), verifier, thumbprint("k", "kty"));
    }

    /// RFC 7518 section 3.2: a secret is at least as long as its hash.
    private byte[] strong(byte[] secret, int bytesMin) throws KeySetException {
        if (secret.length < bytesMin) {
            throw new KeySetException(label + " has " + secret.length + " bytes, at least " + bytesMin + " are needed");
        }
        return secret;
    }

    private String algorithm(String usual) throws KeySetException {
        String named = optional("alg");
        return named == null ? usual : named;
    }

    private void expectAlgorithm(String expected) throws KeySetException {
        String named = algorithm(expected);
        if (!named.equals(expected)) {
            throw unsupported(named);
        }
    }

    private KeySetException unsupported(String algorithm) {
        return new KeySetException(label + " has algorithm '" + algorithm + "', which does not fit its type");
    }

    private @Nullable String id() throws KeySetException {
        return optional("kid");
    }

    /// RFC 7638: SHA-256 over the required members in lexicographic order. Their values are base64url or names, so
    /// they need no JSON escapes.
    private String thumbprint(String... members) throws KeySetException, GeneralSecurityException {
        StringBuilder json = new StringBuilder("{");
        for (String member : members) {
            json.append(json.length() == 1 ? "" : ",")
                    .append('"')
                    .append(member)
                    .append("\":\"");
            json.append(required(member)).append('"');
        }
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    private BigInteger number(String member) throws KeySetException {
        return new BigInteger(1, bytes(member));
    }

    private byte[] bytes(String member) throws KeySetException {
        try {
            return Base64.getUrlDecoder().decode(required(member));
        } catch (IllegalArgumentException e) {
            throw new KeySetException(label + ": '" + member + "' is not base64url");
        }
    }

    private String required(String member) throws KeySetException {
        String text = optional(member);
        if (text == null) {
            throw new KeySetException(label + " has no '" + member + "'");
        }
        return text;
    }

    private @Nullable String optional(String member) throws KeySetException {
        JsonNode value = jwk.get(member);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw new KeySetException(label + ": '" + member + "' is not a string");
        }
        return value.stringValue();
    }
}
