package io.forebay.admin.server;

import io.forebay.admin.operator.AdminToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real server on a port of the system's choice, over ports in memory, and a client that calls it.
final class RunningAdmin implements AutoCloseable {
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(20);

    final InMemoryPorts ports = new InMemoryPorts();
    final AdminServer server;
    final String token;
    private final HttpClient client = HttpClient.newBuilder().build();

    RunningAdmin(Path dataFolder, boolean hasOpenMetrics, Duration callTimeout) throws IOException {
        AdminSettings settings = new AdminSettings("127.0.0.1", 0, null, hasOpenMetrics, callTimeout);
        server = AdminServer.start(
                settings, dataFolder, ports.ports(), new SecureRandom(), InstantSource.fixed(InMemoryPorts.NOW));
        token = Files.readString(dataFolder.resolve(AdminToken.FILE_NAME)).strip();
    }

    static RunningAdmin in(Path dataFolder) throws IOException {
        return new RunningAdmin(dataFolder, false, Duration.ofSeconds(10));
    }

    HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(server.origin() + pathAndQuery))
                .timeout(CLIENT_TIMEOUT);
    }

    HttpRequest.Builder operator(String pathAndQuery) {
        return request(pathAndQuery).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String pathAndQuery) throws IOException, InterruptedException {
        return send(operator(pathAndQuery));
    }

    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return send(operator(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(operator(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
