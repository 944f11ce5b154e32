package io.forebay.policy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Certificates, keys and key sets for tests, made fresh with the JDK's keytool; nothing secret lives in the sources.
public final class TestPki {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private TestPki() {}

    /// Made once for all tests of a run: keytool takes its time.
    private static final class Made {
        static final Map<String, String> FILES = make();
    }

    /// Writes `edge.pem`, `edge.key`, `other.pem`, `other.key`, `clients-ca.pem` and `jwks.json` into the folder.
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : Made.FILES.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    private static Map<String, String> make() {
        try {
            Path folder = Files.createTempDirectory("pki");
            Path store = folder.resolve("keys.p12");
            Map<String, String> files = make(store);
            Files.delete(store);
            Files.delete(folder);
            return files;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificates for tests", e);
        }
    }

    private static Map<String, String> make(Path store) throws IOException, GeneralSecurityException {
        for (String alias : List.of("edge", "other")) {
            keytool(store, alias, "CN=" + alias, "ExtendedKeyUsage=serverAuth");
        }
        keytool(store, "clients-ca", "CN=clients", "BasicConstraints:critical=ca:true");
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        return Map.of(
                "edge.pem", certificate(keys, "edge"),
                "edge.key", key(keys, "edge"),
                "other.pem", certificate(keys, "other"),
                "other.key", key(keys, "other"),
                "clients-ca.pem", certificate(keys, "clients-ca"),
                "jwks.json", jwks());
    }

    private static void keytool(Path store, String alias, String subject, String extension) throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-dname",
                        subject,
                        "-ext",
                        extension,
                        "-validity",
                        "3650",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                keytool.destroyForcibly();
                throw new IOException("keytool did not make " + alias);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String certificate(KeyStore keys, String alias) throws GeneralSecurityException {
        return pem("CERTIFICATE", keys.getCertificate(alias).getEncoded());
    }

    private static String key(KeyStore keys, String alias) throws GeneralSecurityException {
        return pem("PRIVATE KEY", keys.getKey(alias, PASSWORD).getEncoded());
    }

    public static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /// A key set with one fresh RSA key.
    public static String jwks() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        RSAPublicKey key = (RSAPublicKey) generator.generateKeyPair().getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + base64Url(key.getModulus()) + "\",\"e\":\"" + base64Url(key.getPublicExponent()) + "\"}]}";
    }

    private static String base64Url(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
