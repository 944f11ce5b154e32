package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Jobs of one caller and region take a part of the queue.
@ExtendWith(LeakWatch.class)
class LimitPerKeyComponentTest {
    private static final int JOBS = 6;

    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> most = new ConcurrentHashMap<>();
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(
                folder, "{concurrency: 16, perKey: {key: {claim: sub, header: x-region}, concurrency: 2}}");
        fixture.upstream.answering(call -> {
            String key = call.field("x-user") + " " + call.field("x-region");
            int now = active.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
            most.computeIfAbsent(key, _ -> new AtomicInteger()).accumulateAndGet(now, Math::max);
            released.await(30, TimeUnit.SECONDS);
            Objects.requireNonNull(active.get(key)).decrementAndGet();
            call.answer(200, "", "done");
        });
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        fixture.close();
    }

    @Test
    void claimAndHeaderNameTheKey() {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            jobs.add(fixture.submit("/always", "x", "x-region", "north"));
            jobs.add(fixture.submit("/always", "x", "x-region", "south"));
            jobs.add(fixture.submit("/always", "x"));
            fixture.send("POST", "/always", fixture.badri, "x", "x-region", "north");
        }
        Awaitility.await("two of each of the four keys")
                .until(() -> fixture.queue().running() == 8 && fixture.upstream.active.get() == 8);
        released.countDown();
        jobs.forEach(job -> fixture.awaitState(job, "succeeded"));
        assertThat(most.keySet()).containsExactlyInAnyOrder("amina north", "amina south", "amina null", "badri north");
        assertThat(most.values()).extracting(AtomicInteger::get).containsOnly(2);
    }
}
