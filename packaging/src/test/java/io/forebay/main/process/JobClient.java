package io.forebay.main.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/// Submits work and asks for it, over HTTP/1.1. Any thread.
public final class JobClient implements AutoCloseable {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    private final URI gateway;
    private final String authorization;

    public JobClient(int port, String token) {
        this.gateway = URI.create("http://127.0.0.1:" + port + "/");
        this.authorization = "Bearer " + token;
    }

    HttpResponse<String> submit(String key, String body) throws IOException, InterruptedException {
        return post("/work", key, body);
    }

    /// A call that is answered now.
    HttpResponse<String> call(String key, String body) throws IOException, InterruptedException {
        return post("/calls", key, body);
    }

    private HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return post(path, Map.of("Idempotency-Key", "\"" + key + "\""), body);
    }

    public HttpResponse<String> post(String path, Map<String, String> fields, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        fields.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    /// The status, once the job has ended or 10 s have gone by without a change.
    HttpResponse<String> await(String path) throws IOException, InterruptedException {
        return client.send(request(path).header("Prefer", "wait=10").GET().build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", authorization);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
