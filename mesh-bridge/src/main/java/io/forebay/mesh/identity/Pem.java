package io.forebay.mesh.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/// Certificates and private keys as text (RFC 7468). Faults name the block and its kind, never its content.
public final class Pem {
    /// Longest text read.
    public static final int TEXT_CHARACTERS_MAX = 4 << 20;

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /// All certificates of the text in their order, at least one; blocks of other kinds are refused, so that a key that
    /// lies in a certificate file by mistake is noticed.
    ///
    /// @throws CertificateException if there is none, or a block is not a certificate
    public static List<X509Certificate> certificates(String text) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        for (PemObject block : blocks(text, CertificateException::new)) {
            if (!block.getType().equals(CERTIFICATE)) {
                throw new CertificateException(
                        "block " + (found.size() + 1) + " is a " + block.getType() + ", not a " + CERTIFICATE);
            }
            found.add(certificate(factory, block, found.size() + 1));
        }
        if (found.isEmpty()) {
            throw new CertificateException("no PEM block of the kind " + CERTIFICATE);
        }
        return List.copyOf(found);
    }

    private static X509Certificate certificate(CertificateFactory factory, PemObject block, int number)
            throws CertificateException {
        ByteArrayInputStream content = new ByteArrayInputStream(block.getContent());
        try {
            X509Certificate certificate = (X509Certificate) factory.generateCertificate(content);
            if (content.available() > 0) {
                throw new CertificateException("block " + number + " has bytes after its certificate");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new CertificateException("block " + number + " is not a certificate", e);
        }
    }

    /// The one private key of the text, in unencrypted PKCS#8 (RFC 5958): EC, RSA or Ed25519.
    ///
    /// @throws InvalidKeySpecException if there is none, more than one, or one in another form
    public static PrivateKey privateKey(String text) throws InvalidKeySpecException {
        List<PemObject> blocks = blocks(text, InvalidKeySpecException::new);
        if (blocks.size() != 1) {
            throw new InvalidKeySpecException(
                    "expected one PEM block of the kind " + PRIVATE_KEY + ", found " + blocks.size());
        }
        PemObject block = blocks.getFirst();
        return switch (block.getType()) {
            case PRIVATE_KEY -> pkcs8(block.getContent());
            case "EC PRIVATE KEY", "RSA PRIVATE KEY" ->
                throw new InvalidKeySpecException("the key is in the form " + block.getType()
                        + "; convert it to PKCS#8, for instance with: openssl pkcs8 -topk8 -nocrypt");
            case "ENCRYPTED PRIVATE KEY" -> throw new InvalidKeySpecException("the key is encrypted");
            case String other ->
                throw new InvalidKeySpecException("the block is a " + other + ", not a " + PRIVATE_KEY);
        };
    }

    private static PrivateKey pkcs8(byte[] content) throws InvalidKeySpecException {
        try {
            return new JcaPEMKeyConverter().getPrivateKey(PrivateKeyInfo.getInstance(content));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidKeySpecException("the block is not a PKCS#8 private key of a known kind", e);
        }
    }

    /// One block a certificate, in the order given.
    public static String ofCertificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block(CERTIFICATE, certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("a certificate that cannot be encoded", e);
            }
        }
        return text.toString();
    }

    /// The key as PKCS#8.
    ///
    /// @throws IllegalArgumentException if the key does not leave its device
    public static String ofPrivateKey(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || !"PKCS#8".equals(key.getFormat())) {
            throw new IllegalArgumentException("the key has no PKCS#8 form");
        }
        return block(PRIVATE_KEY, encoded);
    }

    private static String block(String kind, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(kind, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /// Makes the exception the caller has promised.
    private interface Fault<E extends GeneralSecurityException> {
        E saying(String message);
    }

    private static <E extends GeneralSecurityException> List<PemObject> blocks(String text, Fault<E> fault) throws E {
        if (text.length() > TEXT_CHARACTERS_MAX) {
            throw fault.saying("longer than " + TEXT_CHARACTERS_MAX + " characters");
        }
        List<PemObject> blocks = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                blocks.add(block);
            }
        } catch (IOException | RuntimeException e) {
            // The cause may quote the text, which may be a key.
            throw fault.saying("PEM block " + (blocks.size() + 1) + " is malformed");
        }
        return blocks;
    }
}
