package io.forebay.mesh.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A small authority: one P-256 root that signs server and client certificates (RFC 5280; client names by X509-SVID).
/// For the quickstart, tests and a first private mesh. Time and randomness come from the caller. Immutable; any thread
/// may issue, off the event loops.
public final class CertificateAuthority {
    private static final String SIGNATURE = "SHA256withECDSA";
    /// Positive, at most 20 octets, and enough of them random that serials never collide (RFC 5280, section 4.1.2.2).
    private static final int SERIAL_BITS = 127;
    /// RFC 5280, appendix A.1: ub-common-name.
    private static final int COMMON_NAME_CHARACTERS_MAX = 64;

    private final Credential root;
    private final Validity validity;

    private CertificateAuthority(Credential root) {
        this.root = root;
        this.validity = new Validity(
                root.certificate().getNotBefore().toInstant(),
                root.certificate().getNotAfter().toInstant());
    }

    /// A new authority with a new key.
    public static CertificateAuthority create(String commonName, Validity validity, SecureRandom random)
            throws GeneralSecurityException {
        KeyPair keys = newKeys(random);
        X500Name name = name(commonName);
        X509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), validity, random);
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()));
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the root's extensions cannot be encoded", e);
        }
        return new CertificateAuthority(new Credential(List.of(sign(builder, keys)), keys.getPrivate()));
    }

    /// The authority whose certificate and key were kept, for instance in files.
    ///
    /// @throws InvalidKeyException if the certificate may not sign others, or the key is not an EC key
    public static CertificateAuthority of(Credential root) throws InvalidKeyException {
        if (root.certificate().getBasicConstraints() < 0) {
            throw new InvalidKeyException("not the certificate of an authority: " + root);
        }
        if (!root.key().getAlgorithm().equals("EC")) {
            throw new InvalidKeyException(
                    "an authority signs with an EC key, not " + root.key().getAlgorithm());
        }
        return new CertificateAuthority(root);
    }

    /// A certificate and new key for a server reached by these names and addresses. The chain is the leaf alone:
    /// clients hold the root.
    ///
    /// @param dnsNames may contain a wildcard as the whole first label
    /// @param ipAddresses literals of IPv4 or IPv6
    /// @throws IllegalArgumentException if there is neither name nor address, an address is not a literal, or
    ///     `leaf` is not within the authority's own validity
    public Credential issueServer(
            String commonName, List<String> dnsNames, List<String> ipAddresses, Validity leaf, SecureRandom random)
            throws GeneralSecurityException {
        List<GeneralName> names = Stream.concat(
                        dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        ipAddresses.stream().map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a server certificate needs a DNS name or an IP address");
        }
        return issue(commonName, names, KeyPurposeId.id_kp_serverAuth, leaf, random);
    }

    /// A certificate and new key for a client.
    ///
    /// @param identity its SPIFFE name, or null for a client known by its common name alone
    /// @throws IllegalArgumentException if `leaf` is not within the authority's own validity
    public Credential issueClient(
            String commonName, @Nullable ServiceIdentity identity, Validity leaf, SecureRandom random)
            throws GeneralSecurityException {
        List<GeneralName> names = new ArrayList<>();
        if (identity != null) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, identity.toString()));
        }
        return issue(commonName, names, KeyPurposeId.id_kp_clientAuth, leaf, random);
    }

    public X509Certificate certificate() {
        return root.certificate();
    }

    /// The root's certificate and key, to be kept; the key makes anyone who reads it this authority.
    public Credential credential() {
        return root;
    }

    private Credential issue(
            String commonName, List<GeneralName> names, KeyPurposeId purpose, Validity leaf, SecureRandom random)
            throws GeneralSecurityException {
        if (!validity.covers(leaf)) {
            throw new IllegalArgumentException(leaf + " is not within the authority's " + validity);
        }
        KeyPair keys = newKeys(random);
        X509v3CertificateBuilder builder = builder(
                X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded()),
                name(commonName),
                keys.getPublic(),
                leaf,
                random);
        try {
            addLeafExtensions(builder, keys.getPublic(), names, purpose);
        } catch (CertIOException e) {
            throw new GeneralSecurityException("the extensions cannot be encoded", e);
        }
        X509Certificate certificate = sign(builder, new KeyPair(certificate().getPublicKey(), root.key()));
        return new Credential(List.of(certificate), keys.getPrivate());
    }

    private void addLeafExtensions(
            X509v3CertificateBuilder builder, PublicKey key, List<GeneralName> names, KeyPurposeId purpose)
            throws GeneralSecurityException, CertIOException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(certificate().getPublicKey()));
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Validity validity, SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).setBit(0),
                Date.from(validity.notBefore()),
                Date.from(validity.notAfter()),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException {
        try {
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer.getPrivate())));
            certificate.verify(signer.getPublic());
            return certificate;
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the authority's key cannot sign", e);
        }
    }

    private static KeyPair newKeys(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X500Name name(String commonName) {
        if (commonName.isBlank() || commonName.length() > COMMON_NAME_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "a common name has 1 to " + COMMON_NAME_CHARACTERS_MAX + " characters: '" + commonName + "'");
        }
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }
}
