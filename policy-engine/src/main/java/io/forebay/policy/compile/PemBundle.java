package io.forebay.policy.compile;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads certificates and private keys from PEM text (RFC 7468) and tells whether they belong together. Messages
/// never show key material.
final class PemBundle {

    /// Why a PEM text cannot be used.
    static final class PemException extends Exception {
        private static final long serialVersionUID = 1L;

        PemException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final int CERTIFICATES_MAX = 10_000;

    private PemBundle() {}

    /// The certificates in the order of the text; at least one.
    static List<X509Certificate> certificates(String pem) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(pem); block.find(); ) {
            if (block.group(1).equals("CERTIFICATE")) {
                certificates.add(certificate(block.group(2), certificates.size() + 1));
                if (certificates.size() > CERTIFICATES_MAX) {
                    throw new PemException("holds more than " + CERTIFICATES_MAX + " certificates");
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException("holds no CERTIFICATE block in PEM");
        }
        return certificates;
    }

    private static X509Certificate certificate(String base64, int number) throws PemException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decode(base64)));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new PemException("certificate " + number + " is not readable X.509");
        }
    }

    /// The one private key, in PKCS#8, whose algorithm is the certificate's.
    static PrivateKey privateKey(String pem, PublicKey of) throws PemException {
        for (Matcher block = BLOCK.matcher(pem); block.find(); ) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return privateKey(block.group(2), of.getAlgorithm());
                }
                case "ENCRYPTED PRIVATE KEY" -> throw new PemException("is encrypted; an unencrypted key is needed");
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                    throw new PemException("holds a " + block.group(1) + "; a PRIVATE KEY block (PKCS#8) is needed");
                default -> {} // such as EC PARAMETERS before the key
            }
        }
        throw new PemException("holds no PRIVATE KEY block in PEM");
    }

    private static PrivateKey privateKey(String base64, String algorithm) throws PemException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new PemException("is no " + algorithm + " key, which is what its certificate has");
        }
    }

    /// Whether a signature of the one verifies with the other.
    static boolean belongTogether(PrivateKey key, PublicKey certified) {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        byte[] message = "proof of possession".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(message);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certified);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }
}
