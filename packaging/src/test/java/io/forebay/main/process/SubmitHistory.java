package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Clients that submit jobs under keys while their gateway comes to harm, and remember what they were told.
final class SubmitHistory {
    static final int CLIENTS = 8;
    /// Keys given out in one round, so that a fast disk does not make the test endless.
    private static final int KEYS_PER_ROUND = 150;
    private static final int FIRST_ANSWER_SECONDS_MAX = 60;
    private static final int LARGE_EVERY = 10;
    private static final String LARGE = ".".repeat(1_200_000);

    private final int port;
    private final String token;
    /// Location by client key, from 202s alone.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final List<String> contradictions = Collections.synchronizedList(new ArrayList<>());
    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile CountDownLatch firstAnswer = new CountDownLatch(1);

    SubmitHistory(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /// The client of `key` has been answered 202.
    void acknowledged(String key, String location) {
        acknowledged.put(key, location);
    }

    Map<String, String> acknowledged() {
        return acknowledged;
    }

    List<String> contradictions() {
        return contradictions;
    }

    /// What ends the gateway under its clients.
    @FunctionalInterface
    interface End {
        void come() throws IOException, InterruptedException;
    }

    /// Clients submit until the gateway has come to its end, so long after its first 202.
    void submitUntil(End end, int lifeMs) throws IOException, InterruptedException {
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
            end.come();
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
                record(key, client.submit(key, body(key)));
            } catch (IOException e) {
                unanswered.add(key);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Every so often one that is too large for memory.
    static String body(String key) {
        String body = "body of " + key;
        return Integer.parseInt(key.substring("key-".length())) % LARGE_EVERY == 0 ? body + LARGE : body;
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
    void submitAllAgain() throws IOException, InterruptedException {
        try (JobClient client = new JobClient(port, token)) {
            for (int key = 1; key <= keys.get(); key++) {
                record("key-" + key, client.submit("key-" + key, body("key-" + key)));
            }
        }
    }

    void assertEveryJobFinishes() throws IOException, InterruptedException {
        try (JobClient client = new JobClient(port, token)) {
            for (Map.Entry<String, String> job : acknowledged.entrySet()) {
                HttpResponse<String> status = client.get(job.getValue());
                while (status.statusCode() == 200 && !status.body().contains("\"succeeded\"")) {
                    assertThat(status.body()).doesNotContain("\"failed\"", "\"canceled\"", "\"expired\"");
                    status = client.await(job.getValue());
                }
                assertThat(status.statusCode()).as("%s: %s", job, status.body()).isEqualTo(200);
                HttpResponse<String> result = client.get(job.getValue() + "/result");
                assertThat(result.body()).isEqualTo("done: " + body(job.getKey()));
            }
        }
    }

    /// How many of the jobs that were acknowledged are not there.
    int missing() throws IOException, InterruptedException {
        int missing = 0;
        try (JobClient client = new JobClient(port, token)) {
            for (String location : acknowledged.values()) {
                int status = client.get(location).statusCode();
                assertThat(status).isIn(200, 404);
                missing += status == 404 ? 1 : 0;
            }
        }
        return missing;
    }
}
