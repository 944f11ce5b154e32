package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The packaged process is killed by its PID while clients submit; what it acknowledged before stays true after.
@Timeout(600)
class CrashIT {
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 8;
    /// Keys given out in one round, so that a fast disk does not make the test endless.
    private static final int KEYS_PER_ROUND = 150;
    /// How long a gateway lives after its first 202.
    private static final int LIFE_MS_SPAN = 400;
    private static final int FIRST_ANSWER_SECONDS_MAX = 60;

    @TempDir
    private Path folder;

    /// Location by client key, from 202s alone.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final List<String> contradictions = Collections.synchronizedList(new ArrayList<>());
    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile CountDownLatch firstAnswer = new CountDownLatch(1);
    private String token = "";
    private int port;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TokenIssuer issuer;

    @BeforeEach
    void makeToken() throws GeneralSecurityException, IOException {
        issuer = TokenIssuer.create(new SecureRandom());
        token = issuer.token("crash-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        port = GatewayUnderTest.freePort();
    }

    @Test
    void everyAcceptedJobIsFoundAndFinishesAndNoKeyBecomesTwoJobs() throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("CrashIT seed " + seed);
        Random random = new Random(seed);
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                for (int round = 0; round < ROUNDS; round++) {
                    submitUntilKilled(gateway, random.nextInt(LIFE_MS_SPAN));
                    gateway.restart();
                }
                submitAllAgain();
                assertThat(acknowledged)
                        .as("jobs accepted over %d kills", ROUNDS)
                        .hasSizeGreaterThan(ROUNDS * CLIENTS);
                assertThat(contradictions).as("keys that became two jobs").isEmpty();
                assertEveryJobFinishes();
                assertThat(upstream.jobsOfBody())
                        .allSatisfy((body, jobs) ->
                                assertThat(jobs).as("jobs of %s", body).hasSize(1));
                System.out.printf(
                        "CrashIT: %d kills, %d jobs acknowledged, each found and finished once (seed %d)%n",
                        ROUNDS, acknowledged.size(), seed);
            }
        }
    }

    @Test
    void submittedTokenIsNowhereInTheDataFolderAfterACrash() throws Exception {
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                submitUntilKilled(gateway, 300);
                assertThat(acknowledged).isNotEmpty();
                assertThat(filesWith(gateway.data(), "body of "))
                        .as("the search finds what is stored")
                        .isNotEmpty();
                assertThat(filesWith(gateway.data(), token)).isEmpty();
                assertThat(filesWith(gateway.data(), signature())).isEmpty();
                gateway.restart();
                assertEveryJobFinishes();
                gateway.kill();
                assertThat(filesWith(gateway.data(), signature())).isEmpty();
                assertThat(gateway.log()).doesNotContain(signature());
                assertThat(upstream.authorizations()).isEmpty();
            }
        }
    }

    /// Clients submit until the gateway dies under them.
    private void submitUntilKilled(GatewayUnderTest gateway, int lifeMs) throws InterruptedException {
        int keysMax = keys.get() + KEYS_PER_ROUND;
        CountDownLatch answered = new CountDownLatch(1);
        firstAnswer = answered;
        try (JobClient client = new JobClient(port, token)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofVirtual().start(() -> submitAsLongAsItLives(client, keysMax)));
            }
            assertThat(answered.await(FIRST_ANSWER_SECONDS_MAX, TimeUnit.SECONDS))
                    .as("a first 202")
                    .isTrue();
            LockSupport.parkNanos(lifeMs * 1_000_000L);
            gateway.kill();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /// Keys whose answer was lost come first: the client of an unanswered submit tries again under the same key.
    private void submitAsLongAsItLives(JobClient client, int keysMax) {
        while (true) {
            String retried = unanswered.poll();
            if (retried == null && keys.get() >= keysMax) {
                return;
            }
            String key = retried == null ? "key-" + keys.incrementAndGet() : retried;
            try {
                record(key, client.submit(key, "body of " + key));
            } catch (IOException e) {
                unanswered.add(key);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void record(String key, HttpResponse<String> answer) {
        if (answer.statusCode() != 202) {
            contradictions.add(key + " was answered " + answer.statusCode() + " " + answer.body());
            return;
        }
        firstAnswer.countDown();
        String location = answer.headers().firstValue("location").orElse("no location");
        String before = acknowledged.putIfAbsent(key, location);
        if (before != null && !before.equals(location)) {
            contradictions.add(key + " is " + before + " and " + location);
        }
    }

    /// Every key once more: those acknowledged must be replayed, the others become jobs now.
    private void submitAllAgain() throws IOException, InterruptedException {
        try (JobClient client = new JobClient(port, token)) {
            for (int key = 1; key <= keys.get(); key++) {
                record("key-" + key, client.submit("key-" + key, "body of key-" + key));
            }
        }
    }

    private void assertEveryJobFinishes() throws IOException, InterruptedException {
        try (JobClient client = new JobClient(port, token)) {
            for (Map.Entry<String, String> job : acknowledged.entrySet()) {
                HttpResponse<String> status = client.get(job.getValue());
                while (status.statusCode() == 200 && !status.body().contains("\"succeeded\"")) {
                    assertThat(status.body()).doesNotContain("\"failed\"", "\"canceled\"", "\"expired\"");
                    status = client.await(job.getValue());
                }
                assertThat(status.statusCode()).as("%s: %s", job, status.body()).isEqualTo(200);
                HttpResponse<String> result = client.get(job.getValue() + "/result");
                assertThat(result.body()).isEqualTo("done: body of " + job.getKey());
            }
        }
    }

    private String signature() {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    private static List<Path> filesWith(Path folder, String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> found = new ArrayList<>();
        for (Path file : GatewayUnderTest.files(folder)) {
            if (contains(Files.readAllBytes(file), wanted)) {
                found.add(file);
            }
        }
        return found;
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
