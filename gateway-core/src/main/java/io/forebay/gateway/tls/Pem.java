package io.forebay.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads certificates and private keys from PEM text (RFC 7468). Text between the blocks is skipped.
///
/// Keys written by older tools (PKCS #1, SEC 1) are wrapped into PKCS #8 (RFC 5208), the one form the JDK
/// reads.
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";
    private static final int BLOCKS_MAX = 2000;

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int PARAMETERS_TAG = 0xA0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    /// SEQUENCE { rsaEncryption 1.2.840.113549.1.1.1, NULL }
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0D, 0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /// ecPublicKey 1.2.840.10045.2.1
    private static final byte[] EC_ALGORITHM_OID = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private Pem() {}

    /// No record: its bytes are an array.
    private static final class Block {
        private final String label;
        private final byte[] der;

        Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }
    }

    /// Every certificate in order; at least one.
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der)));
            }
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("no CERTIFICATE block");
        }
        return certificates;
    }

    /// The first private key, of the key type `algorithm` ("RSA" or "EC") that the certificate has.
    static PrivateKey privateKey(String pem, String algorithm) throws GeneralSecurityException {
        List<Block> blocks = blocks(pem);
        for (Block block : blocks) {
            byte @Nullable [] pkcs8 = switch (block.label) {
                case "PRIVATE KEY" -> block.der;
                case "RSA PRIVATE KEY" -> pkcs8OfPkcs1(block.der);
                case "EC PRIVATE KEY" -> pkcs8OfSec1(block.der, blocks);
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new GeneralSecurityException("the key is encrypted; give it without a passphrase");
                default -> null;
            };
            if (pkcs8 != null) {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            }
        }
        throw new GeneralSecurityException("no PRIVATE KEY block");
    }

    private static List<Block> blocks(String pem) throws GeneralSecurityException {
        List<Block> blocks = new ArrayList<>();
        int at = pem.indexOf(BEGIN);
        while (at >= 0) {
            if (blocks.size() == BLOCKS_MAX) {
                throw new GeneralSecurityException("more than " + BLOCKS_MAX + " blocks");
            }
            int labelEnd = pem.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : pem.substring(at + BEGIN.length(), labelEnd);
            String end = "-----END " + label + DASHES;
            int bodyEnd = labelEnd < 0 ? -1 : pem.indexOf(end, labelEnd);
            if (bodyEnd < 0) {
                throw new GeneralSecurityException("a block begins and does not end");
            }
            blocks.add(new Block(label, body(label, pem.substring(labelEnd + DASHES.length(), bodyEnd))));
            at = pem.indexOf(BEGIN, bodyEnd + end.length());
        }
        return blocks;
    }

    private static byte[] body(String label, String text) throws GeneralSecurityException {
        if (text.contains("Proc-Type:")) {
            throw new GeneralSecurityException("the key is encrypted; give it without a passphrase");
        }
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the " + label + " block is not base64", e);
        }
    }

    private static byte[] pkcs8OfPkcs1(byte[] rsaKey) {
        return der(SEQUENCE, VERSION_0, RSA_ALGORITHM, der(OCTET_STRING, rsaKey));
    }

    private static byte[] pkcs8OfSec1(byte[] ecKey, List<Block> blocks) throws GeneralSecurityException {
        byte[] algorithm = der(SEQUENCE, EC_ALGORITHM_OID, curve(ecKey, blocks));
        return der(SEQUENCE, VERSION_0, algorithm, der(OCTET_STRING, ecKey));
    }

    /// The curve is the key's optional field `[0]` (RFC 5915); tools that leave it out write it as a block of
    /// its own.
    private static byte[] curve(byte[] ecKey, List<Block> blocks) throws GeneralSecurityException {
        try {
            int at = valueStart(ecKey, 0);
            while (at < ecKey.length) {
                int valueStart = valueStart(ecKey, at);
                int valueEnd = valueStart + valueBytes(ecKey, at);
                if ((ecKey[at] & 0xFF) == PARAMETERS_TAG) {
                    return Arrays.copyOfRange(ecKey, valueStart, valueEnd);
                }
                at = valueEnd;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new GeneralSecurityException("the EC PRIVATE KEY block is cut off", e);
        }
        return blocks.stream()
                .filter(block -> block.label.equals("EC PARAMETERS"))
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the EC key names no curve"))
                .der;
    }

    private static int valueStart(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int valueBytes(byte[] der, int at) throws GeneralSecurityException {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int bytes = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            bytes = (bytes << 8) | (der[at + 2 + i] & 0xFF);
        }
        if (bytes < 0 || bytes > der.length) {
            throw new GeneralSecurityException("the EC PRIVATE KEY block is cut off");
        }
        return bytes;
    }

    private static byte[] der(int tag, byte[]... parts) {
        int bytes = 0;
        for (byte[] part : parts) {
            bytes += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes + 5);
        out.write(tag);
        if (bytes < 0x80) {
            out.write(bytes);
        } else if (bytes < 0x100) {
            out.write(0x81);
            out.write(bytes);
        } else {
            out.write(0x82);
            out.write(bytes >> 8);
            out.write(bytes);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
