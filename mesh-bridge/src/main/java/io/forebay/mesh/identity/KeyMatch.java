package io.forebay.mesh.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/// Finds out whether two keys are a pair by signing with one and verifying with the other, which holds for every kind
/// of key without looking into it.
final class KeyMatch {
    private static final byte[] PROBE = "forebay key match".getBytes(StandardCharsets.US_ASCII);

    private KeyMatch() {}

    static void require(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
        String algorithm = signatureAlgorithm(privateKey);
        if (!algorithm.equals(signatureAlgorithm(publicKey)) || !verifies(algorithm, publicKey, privateKey)) {
            throw new InvalidKeyException("the private key does not belong to the first certificate");
        }
    }

    private static boolean verifies(String algorithm, PublicKey publicKey, PrivateKey privateKey)
            throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(privateKey);
        signer.update(PROBE);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(publicKey);
        verifier.update(PROBE);
        return verifier.verify(signature);
    }

    private static String signatureAlgorithm(java.security.Key key) throws InvalidKeyException {
        return switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            case String other -> throw new InvalidKeyException("keys of the kind " + other + " are not supported");
        };
    }
}
