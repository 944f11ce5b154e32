package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.EdgeServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both edges behind TLS, seen by clients that we did not write.
@ExtendWith(LeakWatch.class)
class Http2TlsComponentTest {
    private static final String OPEN = "localhost";
    private static final String CLOSED = "closed.localhost";

    private final TestOrigin origin = new TestOrigin();
    private TestCertificates certificates;
    private EdgeServer server;

    @BeforeEach
    void begin() throws Exception {
        certificates = new TestCertificates();
        server = EdgeServer.tls(
                origin,
                TlsListenerSettings.of(List.of(
                        certificates.host(OPEN, new ClientValidation.None()),
                        certificates.host(CLOSED, new ClientValidation.Required(certificates.pem())))));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(certificates.context(null))
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    @Test
    void megabyteIsEchoed() throws Exception {
        byte[] body = new byte[1_000_003];
        new Random(11).nextBytes(body);
        try (HttpClient client = client()) {
            HttpResponse<byte[]> answer = client.send(
                    request("/relay")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo(body);
        }
    }

    @Test
    void manyRequestsAtOnceKeepTheirBodiesApart() throws Exception {
        try (HttpClient client = client()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                String text = ("body " + i + " ").repeat(1 + i * 20);
                answers.add(client.sendAsync(
                        request("/echo")
                                .POST(HttpRequest.BodyPublishers.ofString(text))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS).body())
                        .isEqualTo(("body " + i + " ").repeat(1 + i * 20));
            }
        }
        assertThat(origin.requests).hasSize(80);
    }

    @Test
    void largeAnswerArrivesWhole() throws Exception {
        try (HttpClient client = client()) {
            byte[] body = client.send(request("/bytes?3000000").build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            assertThat(body).hasSize(3_000_000);
            for (int i = 0; i < body.length; i += 4_099) {
                assertThat(body[i]).isEqualTo((byte) i);
            }
        }
    }

    @Test
    void earlyRefusalOfLargeBodyIsSeenByTheClient() throws Exception {
        try (HttpClient client = client()) {
            HttpResponse<String> answer = client.send(
                    request("/refuse")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[500_000]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);
            HttpResponse<String> next = client.send(request("/x").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(next.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void brokenAnswerIsAnErrorForTheClient() throws Exception {
        try (HttpClient client = client()) {
            assertThatThrownBy(() -> client.send(request("/abort").build(), HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2", "--http1.1"})
    void curlGetsItsAnswerAnd421ForHostItWasNotLetInFor(String version, @TempDir Path folder) throws Exception {
        Path root = Files.writeString(folder.resolve("root.pem"), certificates.pem());
        String base = "https://localhost:" + server.port();
        assertThat(curl("-sS", version, "--cacert", root.toString(), "-d", "hello", base + "/echo"))
                .isEqualTo("hello");
        String refused = curl(
                "-sS",
                version,
                "--cacert",
                root.toString(),
                "-H",
                "Host: " + CLOSED,
                "-w",
                "%{http_code}",
                base + "/x");
        assertThat(refused).contains("\"reason\":\"misdirected-request\"").endsWith("421");
        assertThat(origin.requests).hasSize(1);
    }

    private static String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--noproxy", "*", "--max-time", "15"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Assumptions.abort("curl is not installed");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void clientWhoseAuthorityWasRemovedIsSentAwayAtItsNextRequest() throws Exception {
        try (SSLSocket socket = connectAsClient("old")) {
            Http2TestClient client = Http2TestClient.over(socket);
            client.begin(1 << 20);
            client.headers(1, true, requestTo(CLOSED));
            assertThat(client.answer(1).status()).isEqualTo(200);
            TestCertificates others = new TestCertificates();
            server.update(TlsListenerSettings.of(List.of(
                    certificates.host(OPEN, new ClientValidation.None()),
                    certificates.host(CLOSED, new ClientValidation.Required(others.pem())))));
            client.headers(3, true, requestTo(CLOSED));
            Http2TestClient.Frame goAway = client.await(Http2TestClient.GOAWAY, 0);
            assertThat(goAway.lastStreamId()).isEqualTo(1);
            client.goAwayCodeAtEnd();
        }
        assertThat(origin.requests).hasSize(1);
    }

    private static String[] requestTo(String host) {
        return new String[] {":method", "GET", ":scheme", "https", ":path", "/x", ":authority", host};
    }

    private SSLSocket connectAsClient(String name) throws Exception {
        SSLSocket socket = (SSLSocket) certificates
                .context(certificates.client(name))
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(CLOSED)));
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
