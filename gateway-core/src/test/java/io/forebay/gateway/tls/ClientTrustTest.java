package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.gateway.tls.TestPki.Authority;
import io.forebay.gateway.tls.TestPki.Identity;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

class ClientTrustTest {
    private static final long NOW_MS = Instant.parse("2030-06-01T00:00:00Z").toEpochMilli();
    private static final Authority ROOT = Authority.root("root");
    private static final Authority MIDDLE = ROOT.intermediate("middle");

    private static ClientTrust required(String pem) throws GeneralSecurityException {
        return ClientTrust.of(new ClientValidation.Required(pem));
    }

    private static void assertInvalid(ClientTrust trust, List<X509Certificate> chain, String message) {
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.validate(chain, NOW_MS))
                .withMessageContaining(message);
        assertThat(trust.admits(chain, NOW_MS)).isFalse();
    }

    @Test
    void pathThroughIntermediatesIsFoundInAnyOrder() throws Exception {
        Identity leaf = MIDDLE.leaf("alice").issue();
        List<X509Certificate> reversed =
                new ArrayList<>(leaf.chain().subList(1, leaf.chain().size()));
        Collections.reverse(reversed);
        reversed.addFirst(leaf.leaf());
        ClientTrust trust = required(ROOT.pem());
        assertThatCode(() -> trust.validate(leaf.chain(), NOW_MS)).doesNotThrowAnyException();
        assertThatCode(() -> trust.validate(leaf.chain().subList(0, 2), NOW_MS)).doesNotThrowAnyException();
        assertThatCode(() -> trust.validate(reversed, NOW_MS)).doesNotThrowAnyException();
        assertInvalid(trust, leaf.chain().subList(0, 1), "no path to an accepted authority");
    }

    @Test
    void intermediateOfTheBundleIsAnAnchorAndItsRootIsNot() throws Exception {
        ClientTrust trust = required(MIDDLE.pem());
        assertThat(trust.admits(MIDDLE.leaf("alice").issue().chain(), NOW_MS)).isTrue();
        assertInvalid(trust, ROOT.leaf("bob").issue().chain(), "no path");
    }

    @Test
    void intermediateMayNotIssueAuthoritiesBeyondItsPathLength() throws Exception {
        Identity tooDeep = MIDDLE.intermediate("below").leaf("alice").issue();
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> required(ROOT.pem()).validate(tooDeep.chain(), NOW_MS));
    }

    @Test
    void leafMayNotIssue() throws Exception {
        Identity leaf = ROOT.leaf("alice").issue();
        Identity forged = new Authority(leaf).leaf("mallory").issue();
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> required(ROOT.pem()).validate(forged.chain(), NOW_MS));
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> required(leaf.chainPem()))
                .withMessage("'CN=alice' is not a certificate authority");
    }

    @Test
    void usageOtherThanByClientsIsRefusedAndUnlimitedUsageAccepted() throws Exception {
        ClientTrust trust = required(ROOT.pem());
        assertInvalid(
                trust,
                ROOT.leaf("web").usage(KeyPurposeId.id_kp_serverAuth).issue().chain(),
                "lacks clientAuth");
        assertInvalid(
                trust,
                ROOT.leaf("code").usage(KeyPurposeId.id_kp_codeSigning).issue().chain(),
                "lacks clientAuth");
        assertThat(trust.admits(ROOT.leaf("any").usage(null).issue().chain(), NOW_MS))
                .isTrue();
        assertThat(trust.admits(
                        ROOT.leaf("any")
                                .usage(KeyPurposeId.anyExtendedKeyUsage)
                                .issue()
                                .chain(),
                        NOW_MS))
                .isTrue();
    }

    @Test
    void certificatesCountFromTheirFirstToTheirLastSecond() throws Exception {
        Instant notAfter = Instant.ofEpochMilli(NOW_MS);
        Identity leaf = ROOT.leaf("alice").notAfter(notAfter).issue();
        ClientTrust trust = required(ROOT.pem());
        assertThat(trust.validUntilMs(leaf.chain(), NOW_MS)).isEqualTo(NOW_MS);
        assertThat(trust.admits(leaf.chain(), NOW_MS)).isTrue();
        assertThat(trust.admits(leaf.chain(), NOW_MS + 1)).isFalse();
        long validFromMs = TestPki.VALID_FROM.toEpochMilli();
        assertThat(trust.admits(leaf.chain(), validFromMs)).isTrue();
        assertThat(trust.admits(leaf.chain(), validFromMs - 1)).isFalse();
    }

    @Test
    void authorityThatRanOutIsNoAnchor() throws Exception {
        Authority old = Authority.root("old", Instant.ofEpochMilli(NOW_MS));
        Identity leaf = old.leaf("alice").issue();
        ClientTrust trust = required(old.pem() + ROOT.pem());
        assertThat(trust.admits(leaf.chain(), NOW_MS)).isTrue();
        assertThat(trust.admits(leaf.chain(), NOW_MS + 1)).isFalse();
        assertThat(required(old.pem()).admits(leaf.chain(), NOW_MS + 1)).isFalse();
        assertThat(trust.validUntilMs(leaf.chain(), NOW_MS)).isEqualTo(NOW_MS);
    }

    @Test
    void moreCertificatesThanAnyPathNeedsAreNotRead() throws Exception {
        List<X509Certificate> many = new ArrayList<>(ROOT.leaf("alice").issue().chain());
        while (many.size() < 9) {
            many.add(MIDDLE.certificate());
        }
        assertInvalid(required(ROOT.pem()), many, "at most 8");
    }

    @Test
    void equalityIsOfAuthoritiesAndDemandNotOfText() throws Exception {
        Authority other = Authority.root("other");
        ClientTrust trust = required(ROOT.pem() + other.pem());
        assertThat(trust).isEqualTo(required("# renewed\n" + other.pem() + ROOT.pem() + ROOT.pem()));
        assertThat(trust).isNotEqualTo(required(ROOT.pem()));
        assertThat(trust).isNotEqualTo(ClientTrust.of(new ClientValidation.IfPresented(ROOT.pem() + other.pem())));
    }

    @Test
    void missingCertificateIsAdmittedWhereNoneIsRequired() throws Exception {
        assertThat(ClientTrust.of(new ClientValidation.None()).admits(null, NOW_MS))
                .isTrue();
        assertThat(ClientTrust.of(new ClientValidation.IfPresented(ROOT.pem())).admits(null, NOW_MS))
                .isTrue();
        assertThat(required(ROOT.pem()).admits(null, NOW_MS)).isFalse();
        assertThat(required(ROOT.pem()).admits(List.of(), NOW_MS)).isFalse();
        assertThat(ClientTrust.of(new ClientValidation.None())
                        .admits(ROOT.leaf("alice").issue().chain(), NOW_MS))
                .as("nobody vouches for it")
                .isFalse();
    }
}
