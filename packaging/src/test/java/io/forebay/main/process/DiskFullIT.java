package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The disk of a gateway fills up while clients submit: nobody is told anything but 202, 507 or 503, what was
/// acknowledged is there and finishes, and the gateway takes jobs again once there is room, without being started
/// anew; nor does it lose anything if it is killed meanwhile. Left out where no disk of its own can be made.
@Timeout(300)
class DiskFullIT {
    private static final int CLIENTS = 6;
    private static final long FULL_MS = 3_000;
    private static final Duration ROOM_LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Map<String, Integer> answers = new ConcurrentSkipListMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile boolean isOver;

    @SuppressWarnings("NullAway.Init") // set by the test
    private SubmitHistory history;

    @Test
    void whatWasAcknowledgedSurvivesAFullDisk() throws Exception {
        assumeTrue(LoopDisk.isPossible(), "no loop devices, or not root");
        TokenIssuer issuer = TokenIssuer.create(new SecureRandom());
        int port = GatewayUnderTest.freePort();
        String token = issuer.token("disk-full", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        history = new SubmitHistory(port, token);
        try (WorkUpstream upstream = new WorkUpstream();
                LoopDisk disk = LoopDisk.mount(folder, folder.resolve("data"));
                JobClient client = new JobClient(port, token)) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = GatewayUnderTest.start(folder)) {
                List<Thread> threads = submitting(client);
                awaitAcknowledged(history.acknowledged().size() + 50);
                disk.fill();
                LockSupport.parkNanos(FULL_MS * 1_000_000);
                disk.free();
                // Without being started anew.
                awaitAcknowledged(history.acknowledged().size() + 50);
                disk.fill();
                LockSupport.parkNanos(FULL_MS * 1_000_000);
                gateway.kill();
                disk.free();
                gateway.restart();
                awaitAcknowledged(history.acknowledged().size() + 50);
                isOver = true;
                for (Thread thread : threads) {
                    thread.join();
                }
                System.out.println(
                        "DiskFullIT: " + history.acknowledged().size() + " jobs acknowledged, answers " + answers);
                history.assertEveryJobFinishes();
                gateway.stop();
                assertThat(gateway.log()).as("a write met the full disk").contains("No space left");
            }
        }
        Map<String, Integer> others = new TreeMap<>(answers);
        assertThat(others.remove("202")).isNotNull();
        assertThat(others.remove("507 disk-full")).as("refused for the disk").isNotNull();
        assertThat(others.keySet()).allMatch(answer -> answer.startsWith("503 "));
    }

    private List<Thread> submitting(JobClient client) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> submit(client)));
        }
        return threads;
    }

    /// A key that was refused, or whose answer was lost, is tried again.
    private void submit(JobClient client) {
        String key = "key-" + keys.incrementAndGet();
        while (!isOver) {
            try {
                HttpResponse<String> answer = client.submit(key, SubmitHistory.body(key));
                if (answer.statusCode() == 202) {
                    answers.merge("202", 1, Integer::sum);
                    history.acknowledged(
                            key, answer.headers().firstValue("location").orElseThrow());
                    key = "key-" + keys.incrementAndGet();
                } else {
                    answers.merge(answer.statusCode() + " " + reason(answer.body()), 1, Integer::sum);
                    LockSupport.parkNanos(20_000_000);
                }
            } catch (IOException killed) {
                LockSupport.parkNanos(50_000_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static String reason(String problem) {
        return problem.replaceAll("(?s).*\"reason\":\"([a-z-]+)\".*", "$1");
    }

    private void awaitAcknowledged(int jobs) throws InterruptedException {
        Instant end = Instant.now().plus(ROOM_LIMIT);
        while (history.acknowledged().size() < jobs) {
            assertThat(Instant.now())
                    .as("time for %d jobs; answers %s", jobs, answers)
                    .isBefore(end);
            Thread.sleep(10);
        }
    }
}
