package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A new process of the gateway takes over from the running one, ten times, while clients submit, poll and call.
@Timeout(300)
class TakeOverIT {
    private static final int TAKE_OVERS = 10;
    private static final long PAUSE_MS = 20;
    private static final String NOW = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: now}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - matches: [{path: {type: PathPrefix, value: /now}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: work}]
            """;

    @TempDir
    private Path folder;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, String> locationOfBody = new ConcurrentHashMap<>();
    private final Queue<String> locations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger labelled = new AtomicInteger();
    private volatile boolean isOver;

    @Test
    void tenTakeOversLoseNothingAndFailNothing() throws Exception {
        TokenIssuer issuer = TokenIssuer.create(new SecureRandom());
        String token = issuer.token("take-over", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        int port = GatewayUnderTest.freePort();
        try (WorkUpstream upstream = new WorkUpstream();
                JobClient client = new JobClient(port, token)) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            GatewayUnderTest.policyFile(folder, "now.yaml", NOW);
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                List<Thread> clients = List.of(
                        start("submits", n -> submit(client, "a" + n)),
                        start("submits too", n -> submit(client, "b" + n)),
                        start("polls", n -> poll(client)),
                        start("calls", n -> check("call", client.get("/now"), 200)),
                        start("connects", n -> connect(port)));
                for (int i = 0; i < TAKE_OVERS; i++) {
                    Thread.sleep(300);
                    assertThat(gateway.takeOver())
                            .as("exit code of the one that left")
                            .isZero();
                }
                Thread.sleep(300);
                isOver = true;
                for (Thread running : clients) {
                    running.join();
                }
                System.out.printf(
                        "%d requests, %d jobs, %d failures, %d labelled 5xx over %d take-overs%n",
                        requests.get(), locationOfBody.size(), failures.size(), labelled.get(), TAKE_OVERS);
                assertThat(failures).isEmpty();
                assertThat(labelled).hasValueLessThan(requests.get() / 100);
                assertEveryJobWasDoneOnce(client, upstream);
            }
        }
    }

    /// Before it listens: not a connection goes to it.
    @Test
    void secondSuccessorEndsAtOnce() throws Exception {
        int port = GatewayUnderTest.freePort();
        TokenIssuer issuer = TokenIssuer.create(new SecureRandom());
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            GatewayUnderTest.policyFile(folder, "now.yaml", NOW);
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder);
                    FileChannel file = FileChannel.open(
                            gateway.data().resolve("successor.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                FileLock ofFirst = file.lock();

                Checkout.Finished second = Checkout.run(
                        60,
                        Checkout.java(
                                "run",
                                "--take-over",
                                "--admin-port",
                                "0",
                                "--data",
                                gateway.data().toString(),
                                "--policy",
                                folder.resolve("policy").toString()),
                        Map.of());

                assertThat(second.exitCode()).as(second.output()).isEqualTo(65);
                assertThat(second.output()).contains("another process is taking over");
                connect(port);
                assertThat(failures).isEmpty();
                ofFirst.release();
                assertThat(gateway.takeOver()).isZero();
            }
        }
    }

    private void assertEveryJobWasDoneOnce(JobClient client, WorkUpstream upstream) throws Exception {
        assertThat(locationOfBody).hasSizeGreaterThan(100);
        Set<String> ids = new HashSet<>();
        for (Map.Entry<String, String> job : locationOfBody.entrySet()) {
            String status = client.await(job.getValue()).body();
            assertThat(status).contains("\"state\":\"succeeded\"");
            assertThat(ids.add(job.getValue())).isTrue();
            assertThat(upstream.callsOfBody().get(job.getKey())).as(status).isEqualTo(1);
        }
    }

    @FunctionalInterface
    private interface Work {
        void once(int n) throws IOException, InterruptedException;
    }

    private Thread start(String name, Work work) {
        return Thread.ofVirtual().name(name).start(() -> {
            for (int n = 0; !isOver; n++) {
                try {
                    requests.incrementAndGet();
                    work.once(n);
                    Thread.sleep(PAUSE_MS);
                } catch (IOException e) {
                    failures.add(name + ": " + e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        });
    }

    private void submit(JobClient client, String key) throws IOException, InterruptedException {
        String body = "body of " + key;
        HttpResponse<String> answer = client.submit(key, body);
        if (check("submit", answer, 202)) {
            String location = answer.headers().firstValue("location").orElseThrow();
            locationOfBody.put(body, location);
            locations.add(location);
        }
    }

    private void poll(JobClient client) throws IOException, InterruptedException {
        String location = locations.poll();
        if (location != null) {
            locations.add(location);
            check("poll", client.get(location), 200);
        }
    }

    private boolean check(String what, HttpResponse<String> answer, int wanted) {
        if (answer.statusCode() == wanted) {
            return true;
        }
        boolean isLabelled = answer.statusCode() == 503
                && answer.headers().firstValue("content-type").orElse("").equals("application/problem+json")
                && answer.body().contains("\"reason\":\"store-unavailable\"");
        if (isLabelled) {
            labelled.incrementAndGet();
        } else {
            failures.add(what + ": " + answer.statusCode() + " " + answer.body());
        }
        return false;
    }

    /// By a connection of its own: it must not end in the queue of a process that is about to close.
    private void connect(int port) throws IOException {
        List<String> lines = new ArrayList<>(List.of("GET /now HTTP/1.1", "host: a", "connection: close", "", ""));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!answer.startsWith("HTTP/1.1 200")) {
                failures.add("connect: " + answer);
            }
        }
    }
}
