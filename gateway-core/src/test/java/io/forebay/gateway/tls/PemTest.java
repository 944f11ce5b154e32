package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static byte[] legacy(KeyPair keys) throws Exception {
        return PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    @Test
    void readsEveryCertificateAndSkipsTheTextBetween() throws Exception {
        TestPki.Authority root = TestPki.Authority.root("root");
        TestPki.Identity leaf = root.intermediate("middle").leaf("leaf").issue();
        String text = "subject=leaf\r\n" + leaf.chainPem().replace("\n", "\r\n") + "the end";
        assertThat(Pem.certificates(text)).isEqualTo(leaf.chain()).hasSize(3);
    }

    @Test
    void readsPkcs8Keys() throws Exception {
        KeyPair ec = TestPki.keyPair();
        String text = TestPki.pem("PRIVATE KEY", ec.getPrivate().getEncoded());
        assertThat(Pem.privateKey(text, "EC")).isEqualTo(ec.getPrivate());
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2048})
    void readsPkcs1Keys(int bits) throws Exception {
        KeyPair keys = rsa(bits);
        assertThat(Pem.privateKey(TestPki.pem("RSA PRIVATE KEY", legacy(keys)), "RSA"))
                .isEqualTo(keys.getPrivate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void readsSec1KeysThatNameTheirCurve(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair keys = generator.generateKeyPair();
        ECPrivateKey key = (ECPrivateKey) keys.getPrivate();
        ASN1ObjectIdentifier oid = switch (curve) {
            case "secp384r1" -> SECObjectIdentifiers.secp384r1;
            case "secp521r1" -> SECObjectIdentifiers.secp521r1;
            default -> SECObjectIdentifiers.secp256r1;
        };
        byte[] named = new org.bouncycastle.asn1.sec.ECPrivateKey(
                        key.getParams().getOrder().bitLength(), key.getS(), oid)
                .getEncoded();
        assertThat(((ECPrivateKey) Pem.privateKey(TestPki.pem("EC PRIVATE KEY", named), "EC")).getS())
                .isEqualTo(key.getS());
    }

    @Test
    void readsSec1KeysWhoseCurveIsABlockOfItsOwn() throws Exception {
        KeyPair keys = TestPki.keyPair();
        String text = TestPki.pem("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded())
                + TestPki.pem("EC PRIVATE KEY", legacy(keys));
        assertThat(((ECPrivateKey) Pem.privateKey(text, "EC")).getS())
                .isEqualTo(((ECPrivateKey) keys.getPrivate()).getS());
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        byte[] cutOff = {0x30, 0x06, 0x02, 0x01, 0x01, (byte) 0xA0};
        String key = TestPki.pem("PRIVATE KEY", TestPki.keyPair().getPrivate().getEncoded());
        assertFails("", "no PRIVATE KEY block");
        assertFails(key.substring(0, 60), "a block begins and does not end");
        assertFails(TestPki.pem("ENCRYPTED PRIVATE KEY", new byte[4]), "without a passphrase");
        assertFails(TestPki.pem("EC PRIVATE KEY", cutOff), "cut off");
        assertFails(TestPki.pem("EC PRIVATE KEY", legacy(TestPki.keyPair())), "names no curve");
        assertFails(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
                "without a passphrase");
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> Pem.certificates(key))
                .withMessage("no CERTIFICATE block");
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> Pem.certificates(TestPki.pem("CERTIFICATE", new byte[] {1, 2, 3})));
    }

    private static void assertFails(String pem, String message) {
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> Pem.privateKey(pem, "EC"))
                .withMessageContaining(message);
    }
}
