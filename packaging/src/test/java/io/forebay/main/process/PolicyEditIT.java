package io.forebay.main.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Policies change while requests flow.
@Timeout(180)
class PolicyEditIT {
    private static final int EDITS = 100;
    private static final int CLIENTS = 4;
    private static final Pattern GENERATION = Pattern.compile("policy generation (\\d+):");

    @TempDir
    private Path folder;

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    @Test
    void hundredEditsUnderLoadFailNoRequestAndRaiseTheGenerationByOneEach() throws Exception {
        int port = GatewayUnderTest.freePort();
        try (WorkUpstream upstream = new WorkUpstream()) {
            GatewayUnderTest.policyFile(folder, "gateway.yaml", gateway(port, upstream.port()));
            GatewayUnderTest.policyFile(folder, "route.yaml", route(0));
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder);
                    HttpClient client = HttpClient.newHttpClient()) {
                List<Thread> load = startLoad(client, port);
                int first = generations(gateway).getLast();
                for (int edition = 1; edition <= EDITS; edition++) {
                    GatewayUnderTest.policyFile(folder, "route.yaml", route(edition));
                    awaitEdition(client, port, edition);
                    awaitGeneration(gateway, first + edition);
                }
                isOver.set(true);
                for (Thread thread : load) {
                    thread.join();
                }
                assertThat(failures).isEmpty();
                assertThat(answered).as("requests during the edits").hasValueGreaterThan(EDITS);
                assertThat(generations(gateway))
                        .as("each edit raises the generation by one")
                        .isEqualTo(IntStream.rangeClosed(first, first + EDITS)
                                .boxed()
                                .toList());
            }
        }
    }

    private List<Thread> startLoad(HttpClient client, int port) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!isOver.get()) {
                    try {
                        HttpResponse<String> answer = get(client, port);
                        if (answer.statusCode() != 200) {
                            failures.add(answer.statusCode() + " " + answer.body());
                        }
                        answered.incrementAndGet();
                    } catch (IOException e) {
                        failures.add(e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        return threads;
    }

    private static void awaitEdition(HttpClient client, int port, int edition) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(10, MILLISECONDS)
                .until(() -> get(client, port)
                        .headers()
                        .firstValue("x-edition")
                        .orElse("")
                        .equals(String.valueOf(edition)));
    }

    /// The log tells of a generation just after the first request saw it.
    private static void awaitGeneration(GatewayUnderTest gateway, int generation) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(10, MILLISECONDS)
                .until(() -> generations(gateway).getLast() == generation);
    }

    private static HttpResponse<String> get(HttpClient client, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /// The generations that went live, as the log tells them.
    private static List<Integer> generations(GatewayUnderTest gateway) {
        Matcher matcher = GENERATION.matcher(gateway.log());
        List<Integer> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(Integer.valueOf(matcher.group(1)));
        }
        return found;
    }

    private static String gateway(int port, int upstreamPort) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: forebay
                  listeners: [{name: http, port: %d, protocol: HTTP}]
                ---
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: upstream}
                spec: {endpoints: [{ip: {address: 127.0.0.1, port: %d}}]}
                """.formatted(port, upstreamPort);
    }

    private static String route(int edition) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - backendRefs: [{group: forebay.io, kind: Backend, name: upstream}]
                    filters:
                    - type: ResponseHeaderModifier
                      responseHeaderModifier: {set: [{name: x-edition, value: "%d"}]}
                """.formatted(edition);
    }
}
