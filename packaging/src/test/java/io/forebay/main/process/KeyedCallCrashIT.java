package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The packaged process is killed while clients make calls under keys: whatever a client does to get an answer, the
/// upstream sees each call once at most.
@Timeout(300)
class KeyedCallCrashIT {
    private static final int ROUNDS = 5;
    private static final int CLIENTS = 8;
    private static final int LIFE_MS_SPAN = 400;

    @TempDir
    private Path folder;

    /// The answer of each key that a client got one for.
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private final AtomicInteger keys = new AtomicInteger();
    private volatile CountDownLatch firstAnswer = new CountDownLatch(1);

    @Test
    void everyCallIsMadeOnceAtMostAndItsAnswerStays() throws Exception {
        long seed = new SecureRandom().nextLong();
        System.out.println("KeyedCallCrashIT seed " + seed);
        Random random = new Random(seed);
        TokenIssuer issuer = TokenIssuer.create(new SecureRandom());
        String token = issuer.token("crash-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        int port = GatewayUnderTest.freePort();
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder);
                    JobClient client = new JobClient(port, token)) {
                for (int round = 0; round < ROUNDS; round++) {
                    callUntilKilled(gateway, client, 200 + random.nextInt(LIFE_MS_SPAN));
                    gateway.restart();
                }
                int unknown = callAllAgain(client);
                System.out.printf(
                        "KeyedCallCrashIT: %d kills, %d calls, %d answered, %d of unknown outcome%n",
                        ROUNDS, keys.get(), answers.size(), unknown);
            }
            assertThat(answers).hasSizeGreaterThan(ROUNDS * CLIENTS);
            assertThat(upstream.callsOfBody())
                    .allSatisfy((body, calls) -> assertThat(calls).as(body).isEqualTo(1));
        }
    }

    private void callUntilKilled(GatewayUnderTest gateway, JobClient client, int lifeMs) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        firstAnswer = answered;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> callAsLongAsItLives(client)));
        }
        assertThat(answered.await(60, TimeUnit.SECONDS)).as("a first answer").isTrue();
        LockSupport.parkNanos(lifeMs * 1_000_000L);
        gateway.kill();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void callAsLongAsItLives(JobClient client) {
        while (true) {
            String key = "key-" + keys.incrementAndGet();
            try {
                HttpResponse<String> answer = client.call(key, "body of " + key);
                if (answer.statusCode() == 200) {
                    answers.put(key, answer.body());
                    firstAnswer.countDown();
                }
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Each key once more. An answer that was given stays, or is said to be unknown: the process may have died between
    /// giving it and keeping it.
    private int callAllAgain(JobClient client) throws IOException, InterruptedException {
        int unknown = 0;
        for (int number = 1; number <= keys.get(); number++) {
            String key = "key-" + number;
            HttpResponse<String> again = client.call(key, "body of " + key);
            assertThat(again.statusCode()).as("%s: %s", key, again.body()).isIn(200, 409);
            if (again.statusCode() == 200) {
                assertThat(again.body()).isEqualTo(answers.computeIfAbsent(key, _ -> "done: body of " + key));
            } else {
                assertThat(again.body()).contains("outcome-unknown");
                unknown++;
            }
        }
        assertThat(unknown).as("calls cut off by %d kills", ROUNDS).isLessThanOrEqualTo(ROUNDS * CLIENTS);
        return unknown;
    }
}
