package io.forebay.gateway.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// Certificates made on the spot, P-256 throughout.
final class TestPki {
    /// Ample for any clock these tests run under.
    static final Instant VALID_FROM = Instant.parse("2020-01-01T00:00:00Z");

    static final Instant VALID_UNTIL = Instant.parse("2045-01-01T00:00:00Z");
    private static final AtomicLong SERIALS = new AtomicLong(1);

    private TestPki() {}

    /// A certificate chain, leaf first, with the leaf's key.
    record Identity(List<X509Certificate> chain, PrivateKey key) {
        X509Certificate leaf() {
            return chain.getFirst();
        }

        String chainPem() {
            return pem(chain);
        }

        String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }
    }

    /// An authority that issues.
    record Authority(Identity identity) {
        static Authority root(String name) {
            return root(name, VALID_UNTIL);
        }

        static Authority root(String name, Instant notAfter) {
            KeyPair keys = keyPair();
            X500Name subject = new X500Name("CN=" + name);
            X509Certificate certificate = sign(subject, keys.getPrivate(), subject, keys, notAfter, builder -> {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            });
            return new Authority(new Identity(List.of(certificate), keys.getPrivate()));
        }

        Authority intermediate(String name) {
            KeyPair keys = keyPair();
            X509Certificate certificate =
                    sign(subject(), identity.key, new X500Name("CN=" + name), keys, VALID_UNTIL, builder -> {
                        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
                        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
                    });
            return new Authority(new Identity(
                    Stream.concat(Stream.of(certificate), identity.chain.stream())
                            .toList(),
                    keys.getPrivate()));
        }

        Leaf leaf(String name) {
            return new Leaf(this, name);
        }

        X509Certificate certificate() {
            return identity.leaf();
        }

        String pem() {
            return TestPki.pem(List.of(certificate()));
        }

        private X500Name subject() {
            return X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
        }
    }

    /// A leaf to be issued; each setter answers itself.
    static final class Leaf {
        private final Authority issuer;
        private final String name;
        private final List<GeneralName> names = new ArrayList<>();
        private @Nullable KeyPurposeId usage = KeyPurposeId.id_kp_clientAuth;
        private int keyUsage = KeyUsage.digitalSignature;
        private Instant notAfter = VALID_UNTIL;

        private Leaf(Authority issuer, String name) {
            this.issuer = issuer;
            this.name = name;
        }

        Leaf dns(String dnsName) {
            names.add(new GeneralName(GeneralName.dNSName, dnsName));
            return this;
        }

        Leaf uri(String uri) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            return this;
        }

        Leaf email(String email) {
            names.add(new GeneralName(GeneralName.rfc822Name, email));
            return this;
        }

        Leaf usage(@Nullable KeyPurposeId usage) {
            this.usage = usage;
            return this;
        }

        Leaf keyUsage(int keyUsage) {
            this.keyUsage = keyUsage;
            return this;
        }

        Leaf notAfter(Instant notAfter) {
            this.notAfter = notAfter;
            return this;
        }

        Identity issue() {
            KeyPair keys = keyPair();
            X509Certificate certificate =
                    sign(issuer.subject(), issuer.identity.key, new X500Name("CN=" + name), keys, notAfter, builder -> {
                        builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
                        if (usage != null) {
                            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usage));
                        }
                        if (!names.isEmpty()) {
                            builder.addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(names.toArray(GeneralName[]::new)));
                        }
                    });
            return new Identity(
                    Stream.concat(Stream.of(certificate), issuer.identity.chain.stream())
                            .toList(),
                    keys.getPrivate());
        }
    }

    static Identity server(Authority issuer, String dnsName) {
        return issuer.leaf(dnsName)
                .dns(dnsName)
                .usage(KeyPurposeId.id_kp_serverAuth)
                .issue();
    }

    static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
        return text.toString();
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
    }

    private static X509Certificate sign(
            X500Name issuer,
            PrivateKey issuerKey,
            X500Name subject,
            KeyPair keys,
            Instant notAfter,
            Extensions extensions) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(SERIALS.getAndIncrement()),
                    Date.from(VALID_FROM),
                    Date.from(notAfter),
                    subject,
                    keys.getPublic());
            extensions.addTo(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new AssertionError(e);
        }
    }
}
