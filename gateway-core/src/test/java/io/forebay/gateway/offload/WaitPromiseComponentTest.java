package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A queue does not take what it is not likely to begin in time.
@ExtendWith(LeakWatch.class)
class WaitPromiseComponentTest {
    /// Attempts of a second and a half, one at a time: two begin within three seconds.
    private static final String QUEUE = "{concurrency: 1, limits: {maxWait: 3s}}";

    private final CountDownLatch released = new CountDownLatch(1);
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
        fixture.upstream.answering(call -> {
            Thread.sleep(1_500);
            call.answer(200, "", "slow");
        });
        fixture.awaitState(fixture.submit("/keyed", "first", "idempotency-key", "\"first\""), "succeeded");
        Awaitility.await().until(() -> fixture.queue().attemptMs() >= 1_000);
        fixture.upstream.answering(call -> {
            released.await(20, TimeUnit.SECONDS);
            call.answer(200, "", "released");
        });
        fixture.submit("/always", "in the way");
        Awaitility.await().until(() -> fixture.queue().running() == 1);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        fixture.close();
    }

    private HttpResponse<byte[]> submit(String path, String... fields) {
        return fixture.send("POST", path, fixture.amina, "order", fields);
    }

    private void fill() {
        int taken = 0;
        HttpResponse<byte[]> last = submit("/always");
        while (last.statusCode() == 202) {
            taken++;
            assertThat(taken).as("jobs that would wait too long").isLessThan(10);
            long ready = fixture.queue().queued();
            Awaitility.await().until(() -> fixture.queue().queued() >= ready);
            last = submit("/always");
        }
        assertThat(taken).isPositive();
        assertThat(last.statusCode()).isEqualTo(503);
        assertThat(text(last)).contains("queue-too-slow", "\"reason\":\"too-many-ahead\"");
        assertThat(last.headers().firstValue("retry-after")).contains("60");
    }

    @Test
    void whatWouldWaitTooLongIsRefusedAndWhatIsKnownIsFound() {
        fill();
        assertThat(submit("/keyed", "idempotency-key", "\"first\"").statusCode())
                .as("another request under its key")
                .isEqualTo(422);
        HttpResponse<byte[]> known =
                fixture.send("POST", "/keyed", fixture.amina, "first", "idempotency-key", "\"first\"");
        assertThat(known.statusCode()).isEqualTo(202);
        assertThat(known.headers().firstValue("idempotent-replayed")).contains("true");
        assertThat(submit("/options", "forebay-delay", "10m").statusCode())
                .as("one that does not want to begin now")
                .isEqualTo(202);
    }

    @Test
    void aDeadlineThatCannotBeKeptIsRefusedToo() {
        String waiting = fixture.submit("/always", "waits");
        String soon = Instant.now().plusMillis(800).toString();
        HttpResponse<byte[]> refused = submit("/options", "forebay-deadline", soon);
        assertThat(refused.statusCode()).as(text(refused)).isEqualTo(503);
        assertThat(text(refused)).contains("queue-too-slow");
        String later = Instant.now().plusSeconds(600).toString();
        assertThat(submit("/options", "forebay-deadline", later).statusCode()).isEqualTo(202);
        assertThat(text(fixture.get(waiting))).contains("\"position\":0", "\"estimatedStart\":\"20");
    }
}
