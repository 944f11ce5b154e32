package io.forebay.main.process.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// Clients that call without a pause over cleartext and TLS, HTTP/1.1 and HTTP/2, and submit jobs. Each request has a
/// path of its own, by which its answer and the gateway's record of it are told from others.
final class ChaosClients {
    private static final long PAUSE_MS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final URI plain;
    private final URI tls;
    private final HttpClient http1;
    private final HttpClient http2;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();
    private final Map<String, String> jobs = new ConcurrentHashMap<>();
    private volatile boolean isOver;
    private int quarantined;

    ChaosClients(int plainPort, int tlsPort, SSLContext trust) {
        this.plain = URI.create("http://127.0.0.1:" + plainPort);
        this.tls = URI.create("https://localhost:" + tlsPort);
        this.http1 = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trust)
                .build();
        this.http2 = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(trust)
                .build();
    }

    void start() {
        run("a", path -> call(http1, plain, "GET", "/calls/" + path));
        run("b", path -> call(http1, plain, "POST", "/calls/" + path));
        run("c", path -> call(http1, tls, "GET", "/calls/" + path));
        run("d", path -> call(http2, tls, "GET", "/calls/" + path));
        run("e", path -> call(http2, tls, "POST", "/calls/" + path));
        run("f", path -> submit("/jobs/" + path));
    }

    private void run(String name, Work work) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            for (int n = 0; !isOver; n++) {
                String path = name + n;
                requests.incrementAndGet();
                try {
                    work.once(path);
                    Thread.sleep(PAUSE_MS);
                } catch (IOException e) {
                    failures.put(path, e.toString());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }));
    }

    @FunctionalInterface
    private interface Work {
        void once(String path) throws IOException, InterruptedException;
    }

    private void call(HttpClient client, URI to, String method, String path) throws IOException, InterruptedException {
        String body = method.equals("GET") ? "" : "body of " + path;
        HttpResponse<String> answer = send(client, to, method, path, body);
        // What an upstream has said is passed on as it is, also that it has too much to do.
        boolean isUpstreams = answer.statusCode() == 200 || isOverloaded(answer);
        if (isUpstreams && !answer.body().equals(ChaosUpstream.answerTo(method, path, body))) {
            wrong.add(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        } else if (!isUpstreams) {
            failed(path, answer);
        }
    }

    private static boolean isOverloaded(HttpResponse<String> answer) {
        return answer.statusCode() == 503
                && answer.headers().firstValue("content-type").isEmpty();
    }

    private void submit(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(http1, plain, "POST", path, "body of " + path);
        if (answer.statusCode() == 202) {
            jobs.put(path, answer.headers().firstValue("location").orElseThrow());
        } else {
            failed(path, answer);
        }
    }

    private void failed(String path, HttpResponse<String> answer) {
        boolean isProblem =
                answer.headers().firstValue("content-type").orElse("").equals("application/problem+json");
        if (isProblem && answer.statusCode() >= 500) {
            failures.put(path.substring(path.lastIndexOf('/') + 1), answer.statusCode() + " " + answer.body());
        } else {
            wrong.add(path + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private static HttpResponse<String> send(HttpClient client, URI to, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(to.resolve(path))
                .timeout(LIMIT)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    void stop() throws InterruptedException {
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Waits for each job's end, and looks at its result.
    void awaitJobs() throws IOException, InterruptedException {
        for (Map.Entry<String, String> job : jobs.entrySet()) {
            String status = "";
            for (int polls = 0; polls < 10 && !status.contains("finished"); polls++) {
                HttpRequest poll = HttpRequest.newBuilder(plain.resolve(job.getValue()))
                        .header("Prefer", "wait=10")
                        .build();
                status = http1.send(poll, BodyHandlers.ofString()).body();
            }
            if (status.contains("\"reason\":\"quarantined\"")) {
                quarantined++;
                continue;
            }
            String result =
                    send(http1, plain, "GET", job.getValue() + "/result", "").body();
            if (!result.equals(ChaosUpstream.answerTo("POST", job.getKey(), "body of " + job.getKey()))) {
                wrong.add("job " + job.getKey() + ": " + status + " " + result);
            }
        }
    }

    int requests() {
        return requests.get();
    }

    /// Jobs that ended since two connections broke after the upstream had them: so the contract has it.
    int quarantined() {
        return quarantined;
    }

    int jobs() {
        return jobs.size();
    }

    /// Answers that nobody should have given.
    Queue<String> wrong() {
        return wrong;
    }

    /// What failed, by the last part of its path.
    Map<String, String> failures() {
        return failures;
    }
}
