package io.forebay.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.spec.InvalidKeySpecException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static final Validity DAY = Validity.from(Instant.parse("2026-11-23T12:00:00Z"), Duration.ofDays(1));

    private final SecureRandom random = new SecureRandom();
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", DAY, random);
    private final Credential leaf = authority.issueClient("cook", null, DAY, random);

    PemTest() throws GeneralSecurityException {}

    @Test
    void certificatesAreReadInTheOrderWritten() throws GeneralSecurityException {
        String text = Pem.ofCertificates(List.of(leaf.certificate(), authority.certificate()));
        assertThat(text).startsWith("-----BEGIN CERTIFICATE-----\n").endsWith("-----END CERTIFICATE-----\n");
        assertThat(Pem.certificates(text)).containsExactly(leaf.certificate(), authority.certificate());
    }

    @Test
    void textAroundTheBlocksIsSkipped() throws GeneralSecurityException {
        String text = "Subject: cook\n\n" + leaf.chainPem() + "\ntrailing words\n";
        assertThat(Pem.certificates(text)).containsExactly(leaf.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void keysOfEachKindComeBack(String kind) throws GeneralSecurityException {
        PrivateKey key = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate();
        String text = Pem.ofPrivateKey(key);
        assertThat(text).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith("-----END PRIVATE KEY-----\n");
        assertThat(Pem.privateKey(text).getEncoded()).isEqualTo(key.getEncoded());
    }

    @Test
    void aKeyInACertificateFileIsNoticed() {
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> Pem.certificates(leaf.chainPem() + leaf.keyPem()))
                .withMessage("block 2 is a PRIVATE KEY, not a CERTIFICATE");
    }

    @Test
    void aTextWithoutCertificateIsRefused() {
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> Pem.certificates("nothing here"))
                .withMessage("no PEM block of the kind CERTIFICATE");
    }

    @Test
    void aDamagedCertificateIsNamedByItsBlock() {
        String damaged = leaf.chainPem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> Pem.certificates(damaged))
                .withMessage("block 2 is not a certificate");
    }

    @Test
    void aCutOffBlockIsMalformed() {
        String cut = leaf.chainPem().substring(0, 200);
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> Pem.certificates(cut))
                .withMessage("PEM block 1 is malformed");
    }

    @Test
    void olderKeyFormsAreRefusedWithTheWayOut() {
        String sec1 = leaf.keyPem().replace("PRIVATE KEY", "EC PRIVATE KEY");
        assertThatExceptionOfType(InvalidKeySpecException.class)
                .isThrownBy(() -> Pem.privateKey(sec1))
                .withMessageContaining("openssl pkcs8 -topk8 -nocrypt");
    }

    @Test
    void oneKeyIsExpected() {
        assertThatExceptionOfType(InvalidKeySpecException.class)
                .isThrownBy(() -> Pem.privateKey(leaf.keyPem() + leaf.keyPem()))
                .withMessage("expected one PEM block of the kind PRIVATE KEY, found 2");
        assertThatExceptionOfType(InvalidKeySpecException.class)
                .isThrownBy(() -> Pem.privateKey(leaf.chainPem()))
                .withMessage("the block is a CERTIFICATE, not a PRIVATE KEY");
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticed() throws GeneralSecurityException {
        Credential other = authority.issueClient("waiter", null, DAY, random);
        assertThatExceptionOfType(InvalidKeyException.class)
                .isThrownBy(() -> Credential.fromPem(leaf.chainPem(), other.keyPem()))
                .withMessage("the private key does not belong to the first certificate");
        String rsa = Pem.ofPrivateKey(
                KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());
        assertThatExceptionOfType(InvalidKeyException.class).isThrownBy(() -> Credential.fromPem(leaf.chainPem(), rsa));
        assertThat(Credential.fromPem(leaf.chainPem(), leaf.keyPem()).certificate())
                .isEqualTo(leaf.certificate());
    }

    @Test
    void faultsNeverQuoteTheText() {
        String text = leaf.keyPem();
        SplittableRandom damage = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder damaged = new StringBuilder(text);
            damaged.setCharAt(damage.nextInt(text.length()), (char) (32 + damage.nextInt(95)));
            damaged.setLength(1 + damage.nextInt(text.length()));
            try {
                Pem.privateKey(damaged.toString());
            } catch (InvalidKeySpecException e) {
                refused++;
                assertThat(e.getMessage()).doesNotContain(text.substring(40, 60));
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }
}
