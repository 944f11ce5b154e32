package io.forebay.policy.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both providers say the same of every signature.
class SignatureProviderTest {
    private static final byte[] SIGNED = "header.payload".getBytes(US_ASCII);
    private static final int RANDOM_FLAWS = 64;

    @ParameterizedTest
    @EnumSource(SignatureAlgorithm.class)
    void goodSignatureIsAccepted(SignatureAlgorithm algorithm) throws Exception {
        KeyPair keys = keys(algorithm);
        byte[] good = sign(algorithm, keys);

        assertThat(verdict(algorithm.provider(), algorithm, keys, good)).isTrue();
        assertThat(verdict(SignatureProvider.OF_JDK, algorithm, keys, good)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SignatureAlgorithm.class)
    void signatureOfAnotherKeyIsRefused(SignatureAlgorithm algorithm) throws Exception {
        KeyPair keys = keys(algorithm);
        byte[] other = sign(algorithm, keys(algorithm));

        assertThat(verdict(algorithm.provider(), algorithm, keys, other)).isFalse();
        assertThat(verdict(SignatureProvider.OF_JDK, algorithm, keys, other)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(SignatureAlgorithm.class)
    void flawedSignatureIsRefused(SignatureAlgorithm algorithm) throws Exception {
        KeyPair keys = keys(algorithm);
        for (byte[] flawed : flawed(sign(algorithm, keys))) {
            assertThat(verdict(algorithm.provider(), algorithm, keys, flawed))
                    .as(() -> Arrays.toString(flawed))
                    .isFalse();
            assertThat(verdict(SignatureProvider.OF_JDK, algorithm, keys, flawed))
                    .as(() -> Arrays.toString(flawed))
                    .isFalse();
        }
    }

    /// Zeros, and the order of the group, for r, s, and both: what ECDSA must not take for numbers (CVE-2022-21449).
    @ParameterizedTest
    @EnumSource(
            value = SignatureAlgorithm.class,
            names = {"ES256", "ES384"})
    void numbersOutOfRangeAreRefused(SignatureAlgorithm algorithm) throws Exception {
        KeyPair keys = keys(algorithm);
        byte[] good = sign(algorithm, keys);
        int half = good.length / 2;
        byte[] order = fixed(((ECPublicKey) keys.getPublic()).getParams().getOrder(), half);
        for (byte[] bad : List.of(new byte[half], order)) {
            byte[] r = good.clone();
            System.arraycopy(bad, 0, r, 0, half);
            byte[] s = good.clone();
            System.arraycopy(bad, 0, s, half, half);
            byte[] both = r.clone();
            System.arraycopy(bad, 0, both, half, half);
            for (byte[] signature : List.of(r, s, both)) {
                assertThat(verdict(algorithm.provider(), algorithm, keys, signature))
                        .isFalse();
                assertThat(verdict(SignatureProvider.OF_JDK, algorithm, keys, signature))
                        .isFalse();
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void nativeLibraryIsUsedWhereItIsBuiltFor() {
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            assertThat(algorithm.provider())
                    .as(algorithm.name().toLowerCase(Locale.ROOT))
                    .isNotSameAs(SignatureProvider.OF_JDK);
        }
    }

    private static List<byte[]> flawed(byte[] good) {
        List<byte[]> flawed = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < RANDOM_FLAWS; i++) {
            byte[] flipped = good.clone();
            flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
            flawed.add(flipped);
        }
        flawed.add(new byte[0]);
        flawed.add(new byte[good.length]);
        flawed.add(Arrays.copyOf(good, good.length - 1));
        flawed.add(Arrays.copyOf(good, good.length + 1));
        return flawed;
    }

    /// Both halves begin with a zero byte once in 65,536: without them it would be another spelling of the same.
    @ParameterizedTest
    @EnumSource(
            value = SignatureAlgorithm.class,
            names = {"ES256", "ES384", "EDDSA"})
    void signatureHasOneLength(SignatureAlgorithm algorithm) throws Exception {
        int bytes = sign(algorithm, keys(algorithm)).length;

        assertThat(algorithm.isLength(bytes)).isTrue();
        assertThat(algorithm.isLength(bytes - 2)).isFalse();
        assertThat(algorithm.isLength(bytes + 2)).isFalse();
    }

    private static boolean verdict(
            SignatureProvider provider, SignatureAlgorithm algorithm, KeyPair keys, byte[] signature)
            throws GeneralSecurityException {
        PublicKey key = provider.key(algorithm, spec(keys.getPublic()));
        return provider.verifies(algorithm, key, SIGNED, signature);
    }

    private static byte[] sign(SignatureAlgorithm algorithm, KeyPair keys) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm.jcaName());
        signer.initSign(keys.getPrivate());
        signer.update(SIGNED);
        return signer.sign();
    }

    private static KeyPair keys(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyType());
        switch (algorithm) {
            case RS256, RS384, RS512 -> generator.initialize(2048);
            case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case ES384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case EDDSA -> {}
        }
        return generator.generateKeyPair();
    }

    private static KeySpec spec(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
            case ECPublicKey ec -> new ECPublicKeySpec(ec.getW(), ec.getParams());
            case EdECPublicKey ed -> new EdECPublicKeySpec(ed.getParams(), ed.getPoint());
            default -> throw new IllegalArgumentException(key.getAlgorithm());
        };
    }

    private static byte[] fixed(BigInteger number, int bytes) {
        byte[] text = number.toByteArray();
        byte[] fixed = new byte[bytes];
        int length = Math.min(text.length, bytes);
        System.arraycopy(text, text.length - length, fixed, bytes - length, length);
        return fixed;
    }
}
