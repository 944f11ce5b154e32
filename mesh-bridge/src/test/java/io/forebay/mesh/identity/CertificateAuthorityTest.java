package io.forebay.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.5Z");
    private static final Validity YEARS = Validity.from(NOW, Duration.ofDays(3650));
    private static final Validity DAY = new Validity(NOW, NOW.plus(Duration.ofDays(1)));

    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", YEARS, random);

    CertificateAuthorityTest() throws GeneralSecurityException {}

    private static void validate(X509Certificate leaf, X509Certificate root, Instant at)
            throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
    }

    @Test
    void theRootMaySignLeavesAndNothingElse() {
        X509Certificate root = authority.certificate();
        assertThat(root.getBasicConstraints()).isZero();
        assertThat(root.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(root.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(root.getSubjectX500Principal()).isEqualTo(root.getIssuerX500Principal());
        assertThat(((ECPublicKey) root.getPublicKey()).getParams().getOrder().bitLength())
                .isEqualTo(256);
    }

    @Test
    void aServerBearsItsNamesAndAddressesAndIsTrustedByTheRoot() throws GeneralSecurityException {
        Credential server = authority.issueServer(
                "edge", List.of("edge.example", "*.edge.example"), List.of("127.0.0.1", "::1"), DAY, random);
        X509Certificate certificate = server.certificate();
        validate(certificate, authority.certificate(), NOW);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(0) + "=" + name.get(1))
                .containsExactly("2=edge.example", "2=*.edge.example", "7=127.0.0.1", "7=0:0:0:0:0:0:0:1");
    }

    @Test
    void aClientBearsItsSpiffeName() throws GeneralSecurityException {
        ServiceIdentity cook = ServiceIdentity.parse("spiffe://example/kitchen/cook");
        X509Certificate certificate =
                authority.issueClient("cook", cook, DAY, random).certificate();
        validate(certificate, authority.certificate(), NOW);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=cook");
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(0) + "=" + name.get(1))
                .containsExactly("6=spiffe://example/kitchen/cook");
        assertThat(ServiceIdentity.of(certificate)).isEqualTo(cook);
    }

    @Test
    void aClientWithoutSpiffeNameIsKnownByItsCommonNameAlone() throws GeneralSecurityException {
        X509Certificate certificate =
                authority.issueClient("legacy", null, DAY, random).certificate();
        assertThat(certificate.getSubjectAlternativeNames()).isNull();
        assertThat(ServiceIdentity.of(certificate)).isNull();
    }

    @Test
    void aServerCertificateIsNotAServiceIdentity() throws GeneralSecurityException {
        Credential server = authority.issueServer("edge", List.of("edge.example"), List.of(), DAY, random);
        assertThat(ServiceIdentity.of(server.certificate())).isNull();
    }

    @Test
    void validityIsWhatWasAskedForInWholeSeconds() throws GeneralSecurityException {
        X509Certificate certificate =
                authority.issueClient("cook", null, DAY, random).certificate();
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo("2026-11-23T12:00:00Z");
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo("2026-11-24T12:00:00Z");
        assertThatExceptionOfType(CertPathValidatorException.class)
                .isThrownBy(() -> validate(certificate, authority.certificate(), NOW.plus(Duration.ofDays(2))));
    }

    @Test
    void aLeafCannotOutliveItsAuthority() {
        Validity tooLong = Validity.from(NOW, Duration.ofDays(3651));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.issueClient("cook", null, tooLong, random))
                .withMessageContaining("is not within the authority's");
    }

    @Test
    void anotherAuthorityOfTheSameNameDoesNotVouchForIt() throws GeneralSecurityException {
        X509Certificate stranger =
                CertificateAuthority.create("Test CA", YEARS, random).certificate();
        X509Certificate certificate =
                authority.issueClient("cook", null, DAY, random).certificate();
        assertThatExceptionOfType(CertPathValidatorException.class)
                .isThrownBy(() -> validate(certificate, stranger, NOW));
    }

    @Test
    void serialsArePositiveAndNeverRepeat() throws GeneralSecurityException {
        Set<Object> serials = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            X509Certificate certificate =
                    authority.issueClient("cook", null, DAY, random).certificate();
            assertThat(certificate.getSerialNumber()).isPositive();
            assertThat(certificate.getSerialNumber().toByteArray()).hasSizeLessThanOrEqualTo(20);
            serials.add(certificate.getSerialNumber());
        }
        assertThat(serials).hasSize(50);
    }

    @Test
    void anAuthorityReadBackFromItsFilesIssuesAsBefore() throws GeneralSecurityException {
        Credential kept = Credential.fromPem(
                authority.credential().chainPem(), authority.credential().keyPem());
        Credential server = CertificateAuthority.of(kept).issueServer("e", List.of("e"), List.of(), DAY, random);
        validate(server.certificate(), authority.certificate(), NOW);
    }

    @Test
    void aLeafIsNoAuthority() throws GeneralSecurityException {
        Credential leaf = authority.issueClient("cook", null, DAY, random);
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> CertificateAuthority.of(leaf));
    }

    @Test
    void whatCannotBeIssuedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.issueServer("e", List.of(), List.of(), DAY, random))
                .withMessage("a server certificate needs a DNS name or an IP address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authority.issueServer("e", List.of(), List.of("not-an-address"), DAY, random));
        assertThatIllegalArgumentException().isThrownBy(() -> authority.issueClient("x".repeat(65), null, DAY, random));
        assertThatIllegalArgumentException().isThrownBy(() -> new Validity(NOW, NOW));
    }

    @Test
    void namesCannotSmuggleAttributesIntoTheSubject() throws GeneralSecurityException {
        X509Certificate certificate =
                authority.issueClient("cook,O=Kitchen", null, DAY, random).certificate();
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=\"cook,O=Kitchen\"");
    }

    @Test
    void aCredentialNeverShowsItsKey() throws GeneralSecurityException {
        assertThat(authority.issueClient("cook", null, DAY, random)).hasToString("Credential[CN=cook]");
    }
}
