package io.forebay.admin.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.admin.GatewayView;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Reception;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthServerComponentTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final InMemoryPorts ports = new InMemoryPorts();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
    }

    private HealthServer start(int port, boolean hasMetrics) throws IOException {
        return HealthServer.start(
                new HealthSettings("127.0.0.1", port, hasMetrics), ports.gateway, () -> ports.metrics);
    }

    private HttpResponse<String> send(HealthServer server, String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .method(method, BodyPublishers.noBody())
                        .timeout(TIMEOUT)
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void readinessNamesItsPartsAndSaysNothingOfThem() throws Exception {
        try (HealthServer server = start(0, false)) {
            assertThat(send(server, "GET", "/live").body()).isEqualTo("{\"live\":true}");
            assertThat(send(server, "GET", "/ready").statusCode()).isEqualTo(200);

            ports.gateway.parts = List.of(new GatewayView.Part("store", false, "disk is full"));
            HttpResponse<String> ready = send(server, "GET", "/ready");

            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).isEqualTo("{\"ready\":false,\"parts\":[{\"name\":\"store\",\"ready\":false}]}");
            assertThat(send(server, "GET", "/live").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/api/v1/status", "/api/v1/queues", "/api/v1/jobs", "/"})
    void nothingElseIsThere(String path) throws Exception {
        try (HealthServer server = start(0, false)) {
            HttpResponse<String> response = send(server, "GET", path);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("unknown-path");
            assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
        }
    }

    @Test
    void nothingIsChangedThere() throws Exception {
        try (HealthServer server = start(0, true)) {
            assertThat(send(server, "POST", "/api/v1/queues/reports/pause").statusCode())
                    .isEqualTo(404);
            HttpResponse<String> response = send(server, "POST", "/ready");
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        }
    }

    /// A body that nobody reads comes as slowly as its sender likes.
    @Test
    void callWithABodyIsRefusedBeforeTheBodyHasCome() throws Exception {
        try (HealthServer server = start(0, false);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream()
                    .write("GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 400");
        }
    }

    @Test
    void whoeverSaysNothingIsClosed() throws Exception {
        try (HealthServer server = start(0, false);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void metersAreThereWhereTheyAreWanted() throws Exception {
        try (HealthServer server = start(0, true)) {
            HttpResponse<String> response = send(server, "GET", "/metrics");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).startsWith("# TYPE forebay_requests_total counter\n");
        }
    }

    @Test
    void anOperationForOperatorsHasNoPlaceWithoutAToken() {
        Operation protectedOne = Operation.get("/api/v1/status", Set.of(), parameters -> {
            throw new AssertionError("answered");
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reception.ofOpen(List.of(protectedOne)))
                .withMessage("/api/v1/status needs a token");
    }

    @Test
    void whatKeepsThePortClosedIsSaid() throws IOException {
        try (HealthServer first = start(0, false)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> start(first.port(), false))
                    .withMessageStartingWith("health port 127.0.0.1:" + first.port() + " cannot be opened: ");
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HealthServer.start(
                        new HealthSettings("no.such.host.invalid", 0, false), ports.gateway, () -> ports.metrics))
                .withMessage("health.host no.such.host.invalid is not an address or name of this machine");
    }
}
