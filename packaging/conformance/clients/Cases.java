import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// What the clients in Java share: what is sent and expected, whom to trust, and a line of output a case.
final class Cases {
    static final int GET_BYTES = 100_000;
    static final int PIECES = 7;
    static final int PIECE_BYTES = 10_000;
    static final byte[] BODY = pattern(PIECES * PIECE_BYTES);
    static final List<String> EVENTS = List.of("1", "2", "3", "4", "5");

    private Cases() {}

    interface Case {
        void run() throws Exception;
    }

    static void run(String name, Case body) {
        try {
            body.run();
            System.out.println("PASS " + name);
        } catch (Exception | AssertionError e) {
            System.out.println("FAIL " + name + ": " + e.toString().replace('\n', ' '));
        }
    }

    static void same(String what, Object wanted, Object got) {
        if (!wanted.equals(got)) {
            throw new AssertionError(what + ": expected " + wanted + ", got " + got);
        }
    }

    static void samePattern(int bytes, byte[] got) {
        if (!Arrays.equals(pattern(bytes), got)) {
            throw new AssertionError("another body than expected, of " + got.length + " bytes");
        }
    }

    /// What the origin says of [#BODY].
    static String received(String framing) throws GeneralSecurityException {
        String digest = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(BODY));
        return framing + " " + BODY.length + " " + digest + "\n";
    }

    private static byte[] pattern(int bytes) {
        byte[] alphabet = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = alphabet[i % alphabet.length];
        }
        return pattern;
    }

    static X509TrustManager trust(Path authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return (X509TrustManager) trust.getTrustManagers()[0];
    }

    static SSLContext tls(X509TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new X509TrustManager[] {trust}, null);
        return context;
    }
}
