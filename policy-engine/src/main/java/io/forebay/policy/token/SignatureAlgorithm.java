package io.forebay.policy.token;

/// The asymmetric signature algorithms of JWS (RFC 7518 section 3.1, RFC 8037 section 3.1) that a key may be for.
enum SignatureAlgorithm {
    RS256("RS256", "RSA", "SHA256withRSA", 0),
    RS384("RS384", "RSA", "SHA384withRSA", 0),
    RS512("RS512", "RSA", "SHA512withRSA", 0),
    ES256("ES256", "EC", "SHA256withECDSAinP1363Format", 64),
    ES384("ES384", "EC", "SHA384withECDSAinP1363Format", 96),
    EDDSA("EdDSA", "Ed25519", "Ed25519", 64);

    private final String jwaName;
    private final String keyType;
    private final String jcaName;
    private final int signatureBytes;

    /// @param signatureBytes 0 where it is the key's
    SignatureAlgorithm(String jwaName, String keyType, String jcaName, int signatureBytes) {
        this.jwaName = jwaName;
        this.keyType = keyType;
        this.jcaName = jcaName;
        this.signatureBytes = signatureBytes;
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

    /// Whether a signature may have so many bytes: the JDK takes shorter ones of ECDSA, and then a signature could be
    /// written in several ways.
    boolean isLength(int bytes) {
        return signatureBytes == 0 || bytes == signatureBytes;
    }

    SignatureProvider provider() {
        return SignatureProvider.of(jcaName);
    }
}
