import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The JDK's HttpClient: `java Jdk.java 1.1|2 URL CA-FILE`.
final class Jdk {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final HttpClient.Version version;
    private final String base;

    private Jdk(HttpClient client, HttpClient.Version version, String base) {
        this.client = client;
        this.version = version;
        this.base = base;
    }

    public static void main(String[] arguments) throws Exception {
        HttpClient.Version version =
                arguments[0].equals("2") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
        try (HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(Cases.tls(Cases.trust(Path.of(arguments[2]))))
                .connectTimeout(LIMIT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            Jdk jdk = new Jdk(client, version, arguments[1]);
            Cases.run("get", jdk::get);
            Cases.run("post", jdk::post);
            Cases.run("chunked", jdk::chunked);
            Cases.run("expect", jdk::expect);
            Cases.run("redirect", jdk::redirect);
            Cases.run("streaming", jdk::streaming);
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(LIMIT);
    }

    private <T> T answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpResponse<T> answer = client.send(request, handler);
        Cases.same("status", 200, answer.statusCode());
        Cases.same("version", version, answer.version());
        return answer.body();
    }

    private void get() throws Exception {
        Cases.samePattern(
                Cases.GET_BYTES,
                answer(to("/get?bytes=" + Cases.GET_BYTES).build(), BodyHandlers.ofByteArray()));
    }

    private void post() throws Exception {
        HttpRequest request =
                to("/post").POST(BodyPublishers.ofByteArray(Cases.BODY)).build();
        Cases.same("received", Cases.received("length"), answer(request, BodyHandlers.ofString()));
    }

    private void chunked() throws Exception {
        HttpRequest request = to("/post")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(Cases.BODY)))
                .build();
        Cases.same("received", Cases.received("chunked"), answer(request, BodyHandlers.ofString()));
    }

    /// The body is not sent before a 100, however long that takes.
    private void expect() throws Exception {
        HttpRequest request = to("/post")
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(Cases.BODY))
                .build();
        Cases.same("received", Cases.received("length"), answer(request, BodyHandlers.ofString()));
    }

    private void redirect() throws Exception {
        Cases.samePattern(1_000, answer(to("/redirect").build(), BodyHandlers.ofByteArray()));
    }

    private void streaming() throws Exception {
        String run = "jdk-" + version;
        List<String> events = new ArrayList<>();
        HttpResponse.BodyHandler<Stream<String>> lines =
                info -> HttpResponse.BodySubscribers.ofLines(StandardCharsets.UTF_8);
        try (Stream<String> stream = answer(to("/events?run=" + run).build(), lines)) {
            for (String line : (Iterable<String>) stream::iterator) {
                if (line.startsWith("data: ")) {
                    String event = line.substring("data: ".length());
                    events.add(event);
                    answer(to("/ack?run=" + run + "&event=" + event.split(" ")[0]).build(), BodyHandlers.discarding());
                }
            }
        }
        Cases.same("events", Cases.EVENTS, events);
    }
}
