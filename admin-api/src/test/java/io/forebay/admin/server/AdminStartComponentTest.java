package io.forebay.admin.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.admin.operator.AdminToken;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminStartComponentTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    private Path dataFolder;

    private final SecureRandom random = new SecureRandom();

    private AdminServer start(String host, int port, AdminSettings.@Nullable TlsFiles tls) throws IOException {
        AdminSettings settings = new AdminSettings(host, port, tls, false, TIMEOUT);
        return AdminServer.start(
                settings, dataFolder, new InMemoryPorts().ports(), random, InstantSource.fixed(InMemoryPorts.NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void anotherAddressThanLoopbackNeedsTls(String host) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start(host, 0, null))
                .withMessage("admin.host " + host + " is not a loopback address, so the admin token would travel in"
                        + " the clear: set admin.tls.certificate and admin.tls.key, or use 127.0.0.1");
        assertThat(dataFolder).isEmptyDirectory();
    }

    @Test
    void theAddressIsLeftInTheDataFolderForCommandsOfThisHost() throws IOException {
        try (AdminServer server = start("127.0.0.1", 0, null)) {
            assertThat(AdminAddressFile.read(dataFolder)).isEqualTo(URI.create(server.origin()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "http://", "http://127.0.0.1", "\u0000"})
    void aFileWithoutAnAddressIsSaidToHoldNone(String text) throws IOException {
        Files.writeString(dataFolder.resolve(AdminAddressFile.FILE_NAME), text);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AdminAddressFile.read(dataFolder))
                .withMessageContaining("holds no address");
    }

    @Test
    void loopbackByNameIsLoopback() throws IOException {
        try (AdminServer server = start("localhost", 0, null)) {
            assertThat(server.port()).isPositive();
        }
    }

    @Test
    void aTakenPortIsNamed() throws IOException {
        try (AdminServer first = start("127.0.0.1", 0, null)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> start("127.0.0.1", first.port(), null))
                    .withMessageStartingWith("admin port 127.0.0.1:" + first.port() + " cannot be opened: ")
                    .withMessageContaining("in use");
        }
    }

    @Test
    void aClosedServerGivesItsPortBack() throws IOException {
        AdminServer first = start("127.0.0.1", 0, null);
        int port = first.port();
        first.close();
        try (AdminServer second = start("127.0.0.1", port, null)) {
            assertThat(second.port()).isEqualTo(port);
        }
    }

    @Test
    void theTokenOutlivesARestart() throws IOException {
        start("127.0.0.1", 0, null).close();
        String token = Files.readString(dataFolder.resolve(AdminToken.FILE_NAME));
        start("127.0.0.1", 0, null).close();
        assertThat(dataFolder.resolve(AdminToken.FILE_NAME)).hasContent(token);
    }

    @Test
    void aTokenOthersMayReadStopsTheStart() throws IOException {
        start("127.0.0.1", 0, null).close();
        Files.setPosixFilePermissions(
                dataFolder.resolve(AdminToken.FILE_NAME), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start("127.0.0.1", 0, null))
                .withMessageEndingWith("(rw-r--r--): chmod 600");
    }

    private record Tls(CertificateAuthority authority, AdminSettings.TlsFiles files) {}

    private Tls tls() throws GeneralSecurityException, IOException {
        Validity day = Validity.from(Instant.now(), Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create("Test CA", day, random);
        Credential server = authority.issueServer("admin", List.of("localhost"), List.of("127.0.0.1"), day, random);
        Path certificate = Files.writeString(dataFolder.resolve("admin.pem"), server.chainPem());
        Path key = Files.writeString(dataFolder.resolve("admin.key"), server.keyPem());
        return new Tls(authority, new AdminSettings.TlsFiles(certificate, key));
    }

    @Test
    void withTlsTheTokenTravelsEncrypted() throws Exception {
        Tls tls = tls();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", tls.authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), random);
        try (AdminServer server = start("127.0.0.1", 0, tls.files);
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            assertThat(server.origin()).isEqualTo("https://127.0.0.1:" + server.port());
            String token =
                    Files.readString(dataFolder.resolve(AdminToken.FILE_NAME)).strip();
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(server.origin() + "/api/v1/features"))
                            .header("Authorization", "Bearer " + token)
                            .timeout(TIMEOUT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void tlsFilesThatDoNotFitAreNamed() throws Exception {
        Tls tls = tls();
        AdminSettings.TlsFiles swapped = new AdminSettings.TlsFiles(tls.files.key(), tls.files.certificate());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start("127.0.0.1", 0, swapped))
                .withMessageStartingWith("admin.tls: ")
                .withMessageContaining("block 1 is a PRIVATE KEY, not a CERTIFICATE");
    }

    @Test
    void settingsOutsideTheirRangeAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdminSettings("127.0.0.1", 65_536, null, false, TIMEOUT))
                .withMessage("admin.port must be 0 to 65535: 65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdminSettings("", 0, null, false, TIMEOUT))
                .withMessage("admin.host must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdminSettings("127.0.0.1", 0, null, false, Duration.ZERO))
                .withMessage("admin.callTimeout must be more than 0 and at most PT2M: PT0S");
    }
}
