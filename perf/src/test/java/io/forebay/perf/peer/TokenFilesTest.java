package io.forebay.perf.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenFilesTest {
    private final Instant now = Instant.now();

    @TempDir
    Path folder;

    private KeyPair pair;
    private Path key;

    @BeforeEach
    void makeKey() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
        key = pem("rs.key", "PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    @Test
    void everyTokenIsAcceptedUnderTheBenchKeyAndDiffersFromAllOthers() throws IOException {
        TokenFiles files = new TokenFiles(folder, key, TokenFiles.Algorithm.RS256, now);
        Set<String> distinct = new HashSet<>();
        for (String name : List.of("warm", "cold-0", "cold-1")) {
            List<String> tokens = Files.readAllLines(files.file(name, 20), US_ASCII);
            assertThat(tokens).hasSize(20);
            distinct.addAll(tokens);
        }
        assertThat(distinct).hasSize(60);

        Algorithm rs256 = Algorithm.RSA256((RSAPublicKey) pair.getPublic(), null);
        for (String token : distinct) {
            DecodedJWT accepted = JWT.require(rs256)
                    .withIssuer("https://idp.bench")
                    .withAudience("gw")
                    .build()
                    .verify(token);
            assertThat(accepted.getClaim("scope").asString().split(" ")).contains("orders:read");
            assertThat(accepted.getKeyId()).isEqualTo("k1");
            assertThat(accepted.getSubject()).startsWith("svc-");
        }
    }

    @Test
    void aFileIsMadeOnceAndAnewForAnotherKey() throws GeneralSecurityException, IOException {
        Path first = new TokenFiles(folder, key, TokenFiles.Algorithm.RS256, now).file("warm", 3);
        String made = Files.readString(first);
        assertThat(new TokenFiles(folder, key, TokenFiles.Algorithm.RS256, now.plusSeconds(60)).file("warm", 3))
                .isEqualTo(first)
                .content()
                .isEqualTo(made);

        makeKey();
        assertThat(new TokenFiles(folder, key, TokenFiles.Algorithm.RS256, now).file("warm", 3))
                .isNotEqualTo(first);
    }

    @Test
    void theKeySetHoldsTheNumbersOfTheKey() throws IOException {
        Path publicKey = pem("rs.pub", "PUBLIC KEY", pair.getPublic().getEncoded());
        JsonNode jwk = JsonMapper.shared()
                .readTree(JsonWebKeys.ofPublicKey(publicKey, "k1"))
                .get("keys")
                .get(0);
        RSAPublicKey expected = (RSAPublicKey) pair.getPublic();

        assertThat(number(jwk, "n")).isEqualTo(expected.getModulus());
        assertThat(number(jwk, "e")).isEqualTo(expected.getPublicExponent());
        assertThat(Base64.getUrlDecoder().decode(jwk.get("n").asString())).hasSize(256);
        assertThat(jwk.get("kid").asString()).isEqualTo("k1");
    }

    @Test
    void tokensOfAnEllipticKeyAreAcceptedUnderIt() throws Exception {
        KeyPair elliptic = elliptic();
        Path privateKey = pem("es.p8", "PRIVATE KEY", elliptic.getPrivate().getEncoded());
        TokenFiles files = new TokenFiles(folder, privateKey, TokenFiles.Algorithm.ES256, now);
        Algorithm es256 = Algorithm.ECDSA256((ECPublicKey) elliptic.getPublic(), null);
        for (String token : Files.readAllLines(files.file("warm", 10), US_ASCII)) {
            DecodedJWT accepted =
                    JWT.require(es256).withIssuer("https://idp.bench").build().verify(token);
            assertThat(accepted.getAlgorithm()).isEqualTo("ES256");
            assertThat(accepted.getKeyId()).isEqualTo("k1");
        }
    }

    @Test
    void theKeySetHoldsAllBytesOfThePoint() throws Exception {
        for (int i = 0; i < 20; i++) { // some coordinates begin with zeros, or with a bit that looks like a sign
            KeyPair elliptic = elliptic();
            Path publicKey = pem("es.pub", "PUBLIC KEY", elliptic.getPublic().getEncoded());
            JsonNode jwk = JsonMapper.shared()
                    .readTree(JsonWebKeys.ofPublicKey(publicKey, "k1"))
                    .get("keys")
                    .get(0);
            ECPublicKey expected = (ECPublicKey) elliptic.getPublic();
            assertThat(number(jwk, "x")).isEqualTo(expected.getW().getAffineX());
            assertThat(number(jwk, "y")).isEqualTo(expected.getW().getAffineY());
            assertThat(Base64.getUrlDecoder().decode(jwk.get("x").asString())).hasSize(32);
            assertThat(jwk.get("crv").asString()).isEqualTo("P-256");
            assertThat(jwk.get("kty").asString()).isEqualTo("EC");
        }
    }

    private static KeyPair elliptic() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static BigInteger number(JsonNode jwk, String field) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(jwk.get(field).asString()));
    }

    private Path pem(String name, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(der);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }
}
