package io.forebay.perf.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/// Files of distinct tokens signed with the bench key, one a line: made on all cores ahead of a run and kept, in a
/// folder named by the key so that tokens of an earlier key are never used. Each token differs from every other in any
/// file (`jti` is the file's name and the line), subjects repeat as those of real callers do.
public final class TokenFiles {
    private static final String ISSUER = "https://idp.bench";
    private static final int SUBJECTS = 10_000;
    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /// How tokens are signed (RFC 7518, section 3.1).
    public enum Algorithm {
        RS256("RSA", "SHA256withRSA"),
        ES256("EC", "SHA256withECDSAinP1363Format");

        private final String keyType;
        private final String signature;

        Algorithm(String keyType, String signature) {
            this.keyType = keyType;
            this.signature = signature;
        }
    }

    private final Path folder;
    private final Algorithm algorithm;
    private final String header;
    private final PrivateKey key;
    private final Instant now;

    /// Reads the key.
    ///
    /// @param parent folder of all token files
    /// @param privateKey the bench key, PKCS #8 in PEM
    public TokenFiles(Path parent, Path privateKey, Algorithm algorithm, Instant now) throws IOException {
        this.algorithm = algorithm;
        header = encoded("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
        byte[] encoded = Harness.pem(privateKey, "PRIVATE KEY");
        try {
            key = KeyFactory.getInstance(algorithm.keyType).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
            folder = parent.resolve(HexFormat.of().formatHex(digest, 0, 6));
        } catch (GeneralSecurityException e) {
            throw new IOException(privateKey + ": " + e.getMessage(), e);
        }
        this.now = now;
    }

    /// The file of that name with `count` tokens, made if it is not there.
    public Path file(String name, int count) throws IOException {
        Path file = folder.resolve(name + "-" + count);
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            List<String> tokens = IntStream.range(0, count)
                    .parallel()
                    .mapToObj(index -> token(name, index))
                    .toList();
            Path whole = folder.resolve(name + "-" + count + ".part");
            Files.write(whole, tokens, US_ASCII);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    private String token(String name, int index) {
        String claims = """
                {"iss":"%s","aud":"gw","sub":"svc-%d","scope":"orders:read orders:write","jti":"%s-%d","iat":%d,"nbf":%d,"exp":%d}""".formatted(
                        ISSUER,
                        index % SUBJECTS,
                        name,
                        index,
                        now.getEpochSecond(),
                        now.getEpochSecond() - 60,
                        now.plus(LIFETIME).getEpochSecond());
        String signed = header + '.' + encoded(claims);
        try {
            Signature signature = Signature.getInstance(algorithm.signature);
            signature.initSign(key);
            signature.update(signed.getBytes(US_ASCII));
            return signed + '.' + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with the bench key", e);
        }
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(US_ASCII));
    }
}
