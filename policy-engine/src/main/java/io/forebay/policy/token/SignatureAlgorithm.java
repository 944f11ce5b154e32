package io.forebay.policy.token;

/// The asymmetric signature algorithms of JWS (RFC 7518 section 3.1, RFC 8037 section 3.1) that a key may be for.
enum SignatureAlgorithm {
    RS256("RS256", "RSA", "SHA256withRSA"),
    RS384("RS384", "RSA", "SHA384withRSA"),
    RS512("RS512", "RSA", "SHA512withRSA"),
    ES256("ES256", "EC", "SHA256withECDSAinP1363Format"),
    ES384("ES384", "EC", "SHA384withECDSAinP1363Format"),
    EDDSA("EdDSA", "Ed25519", "Ed25519");

    private final String jwaName;
    private final String keyType;
    private final String jcaName;

    SignatureAlgorithm(String jwaName, String keyType, String jcaName) {
        this.jwaName = jwaName;
        this.keyType = keyType;
        this.jcaName = jcaName;
    }

    String jwaName() {
        return jwaName;
    }

    /// Of a `KeyFactory`.
    String keyType() {
        return keyType;
    }

    /// Of a `Signature`.
    String jcaName() {
        return jcaName;
    }

    SignatureProvider provider() {
        return SignatureProvider.of(jcaName);
    }
}
