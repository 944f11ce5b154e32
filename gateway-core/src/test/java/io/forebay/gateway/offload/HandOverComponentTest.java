package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Calls that turn out slow on a route whose OffloadPolicy says `slowerThan`.
@ExtendWith(LeakWatch.class)
class HandOverComponentTest {
    private static final String QUEUE =
            "{concurrency: 2, retry: {attempts: 3, backoff: {base: 50ms, max: 100ms}}, limits: {depth: 2, maxBody: 64Ki}}";

    private final CountDownLatch accepted = new CountDownLatch(1);
    private final AtomicInteger attempts = new AtomicInteger();
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        accepted.countDown();
        fixture.close();
    }

    private void awaitAccepted() throws InterruptedException {
        assertThat(accepted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void slowCallIsAJobAndTheUpstreamIsCalledOnce() throws Exception {
        fixture.upstream.answering(call -> {
            attempts.incrementAndGet();
            awaitAccepted();
            call.answer(201, "x-made: yes\r\n", "the report");
        });
        HttpResponse<byte[]> answer = fixture.send("POST", "/slow", fixture.amina, "order");
        assertThat(answer.statusCode()).isEqualTo(202);
        String job = answer.headers().firstValue("location").orElseThrow();
        assertThat(text(fixture.get(job))).contains("\"state\":\"running\"", "\"attempt\":1");
        accepted.countDown();
        fixture.awaitState(job, "succeeded");
        HttpResponse<byte[]> result = fixture.get(job + "/result");
        assertThat(result.statusCode()).isEqualTo(201);
        assertThat(result.headers().firstValue("x-made")).contains("yes");
        assertThat(text(result)).isEqualTo("the report");
        assertThat(attempts).hasValue(1);
    }

    @Test
    void fastCallIsAnsweredAtOnce() {
        HttpResponse<byte[]> answer = fixture.send("POST", "/slower", fixture.amina, "order");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void unsafeCallThatBreaksAfterItsHandOverIsNotRepeated() {
        fixture.upstream.answering(call -> {
            attempts.incrementAndGet();
            awaitAccepted();
            call.out().close();
        });
        String job = fixture.submit("/slow", "order");
        accepted.countDown();
        fixture.awaitState(job, "failed");
        assertThat(attempts).hasValue(1);
    }

    @Test
    void idempotentCallThatBreaksAfterItsHandOverIsAttemptedAgain() {
        fixture.upstream.answering(call -> {
            if (attempts.incrementAndGet() == 1) {
                awaitAccepted();
                call.out().close();
            } else {
                call.answer(200, "", call.text());
            }
        });
        HttpResponse<byte[]> answer = fixture.send("PUT", "/slow", fixture.amina, "a body to be sent twice");
        assertThat(answer.statusCode()).isEqualTo(202);
        String job = answer.headers().firstValue("location").orElseThrow();
        accepted.countDown();
        fixture.awaitState(job, "succeeded");
        assertThat(attempts).hasValue(2);
        assertThat(text(fixture.get(job + "/result"))).isEqualTo("a body to be sent twice");
    }

    @Test
    void fullQueueLeavesTheCallSynchronousAndSaysSo() {
        CountDownLatch never = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            if (call.text().equals("third")) {
                // Longer than the call may last before its hand-over is tried.
                assertThat(never.await(600, TimeUnit.MILLISECONDS)).isFalse();
            } else {
                awaitAccepted();
            }
            call.answer(200, "", "now");
        });
        fixture.submit("/slow", "first");
        fixture.submit("/slow", "second");
        HttpResponse<byte[]> answer = fixture.send("POST", "/slow", fixture.amina, "third");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("now");
        assertThat(answer.headers().firstValue("forebay-offload")).contains("unavailable; reason=queue-full");
    }

    @Test
    void canceledJobEndsTheRunningCall() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.awaitClose();
            closed.countDown();
        });
        String job = fixture.submit("/slow", "order");
        assertThat(fixture.send("DELETE", job, fixture.amina, "").statusCode()).isEqualTo(200);
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(text(fixture.get(job))).contains("\"state\":\"canceled\"");
    }

    @Test
    void restartInterruptsAnUnsafeCall() throws Exception {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        String job = fixture.submit("/slow", "order");
        fixture = fixture.restarted(QUEUE);
        assertThat(text(fixture.get(job))).contains("\"state\":\"failed\"", "\"reason\":\"interrupted\"");
    }
}
