package io.forebay.main.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;

/// What a supervisor, a scrape and an operator ask on the admin port.
final class OperatorStep implements Step {
    private static final List<String> PATHS = List.of("/ready", "/metrics", "/api/v1/status", "/api/v1/queues");

    @Override
    public String title() {
        return "What an operator asks";
    }

    @Override
    public void walk(Tour tour) throws IOException, InterruptedException, TourFailedException {
        String token =
                Files.readString(tour.folder().data().resolve("admin.token")).strip();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : PATHS) {
                URI uri = URI.create("http://127.0.0.1:" + tour.ports().admin() + path);
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token)
                        .build();
                int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new TourFailedException("GET " + path + " was answered " + status);
                }
            }
        }
    }
}
