package io.forebay.main.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.forebay.admin.operator.AdminToken;
import io.forebay.admin.server.AdminSettings;
import io.forebay.main.StartFailure;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operators' port over TLS, asked at a wildcard address under a name that is not in its certificate.
class OperatorCallsTest {
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path data = Path.of("");

    private HttpsServer server = none();

    private static HttpsServer none() {
        try {
            return HttpsServer.create();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void token() throws IOException {
        Files.writeString(data.resolve(AdminToken.FILE_NAME), "secret\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Credential named(String name) throws GeneralSecurityException {
        Validity day = Validity.from(Instant.now(), Duration.ofDays(1));
        return CertificateAuthority.create("Test CA", day, random)
                .issueServer(name, List.of(name), List.of(), day, random);
    }

    private void serve(Credential shown) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("admin", shown.key(), new char[0], shown.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        manager.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(manager.getKeyManagers(), null, random);
        server = HttpsServer.create(new InetSocketAddress("localhost", 0), 8);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            String seen = exchange.getRequestHeaders().getFirst("Authorization");
            byte[] body = ("{\"seen\":\"" + seen + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    private OperatorCalls calls(Credential configured) throws IOException, StartFailure {
        Path file = Files.writeString(data.resolve("admin.pem"), configured.chainPem());
        AdminSettings.TlsFiles files = new AdminSettings.TlsFiles(file, data.resolve("admin.key"));
        return OperatorCalls.to(
                data,
                new AdminSettings("0.0.0.0", server.getAddress().getPort(), files, false, Duration.ofSeconds(10)));
    }

    @Test
    void certificateOfTheFileIsTrustedWhateverNameIsInIt() throws Exception {
        Credential gateway = named("gateway.example");
        serve(gateway);
        try (OperatorCalls calls = calls(gateway)) {
            assertThat(calls.get("/api/v1/backups").path("seen").asString("")).isEqualTo("Bearer secret");
        }
    }

    @Test
    void anotherCertificateIsShownNoToken() throws Exception {
        serve(named("localhost"));
        try (OperatorCalls calls = calls(named("localhost"))) {
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> calls.get("/api/v1/backups"))
                    .withMessageContaining("another certificate");
        }
    }
}
