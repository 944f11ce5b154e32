package io.forebay.gateway.worker;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.offload.JobFixture;
import io.forebay.gateway.offload.JobGateway;
import io.forebay.gateway.offload.StoredRequest;
import io.forebay.gateway.offload.TestUpstream;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.Caller;
import io.forebay.offload.RouteIdentity;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakWatch.class)
class DispatcherComponentTest {
    private static final String FAST = "retry: {attempts: 3, backoff: {base: 20ms, max: 40ms}, onInterrupted: retry}";

    @TempDir
    private Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private @Nullable JobFixture fixture;

    private JobFixture start(String queueSpec) throws Exception {
        JobFixture started = JobFixture.start(folder, queueSpec);
        fixture = started;
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        gate.countDown();
        if (fixture != null) {
            fixture.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 503})
    void statusThatMayPassIsTriedAgain(int status) throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        AtomicInteger calls = new AtomicInteger();
        jobs.upstream.answering(call -> call.answer(calls.incrementAndGet() < 3 ? status : 200, "", "at last"));
        String job = jobs.submit("/always", "order");
        jobs.awaitState(job, "succeeded");
        assertThat(text(jobs.get(job))).contains("\"attempt\":3");
        assertThat(jobs.upstream.awaitCall().field("forebay-attempt")).isEqualTo("1");
        assertThat(jobs.upstream.awaitCall().field("forebay-attempt")).isEqualTo("2");
        TestUpstream.Call last = jobs.upstream.awaitCall();
        assertThat(last.field("forebay-attempt")).isEqualTo("3");
        assertThat(last.field("idempotency-key")).isEqualTo(job.substring(7));
    }

    @Test
    void otherClientErrorIsADeadLetterAtOnceAndItsAnswerIsKept() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        jobs.upstream.answering(call -> call.answer(422, "x-why: broken\r\n", "no such menu"));
        String job = jobs.submit("/always", "order");
        jobs.awaitState(job, "failed");
        assertThat(text(jobs.get(job)))
                .contains("\"attempt\":1", "\"reason\":\"status-422\"", "\"upstreamStatus\":422");
        HttpResponse<byte[]> result = jobs.get(job + "/result");
        assertThat(result.statusCode()).isEqualTo(422);
        assertThat(text(result)).isEqualTo("no such menu");
        assertThat(result.headers().firstValue("x-why")).contains("broken");
        assertThat(jobs.upstream.calls).hasSize(1);
    }

    @Test
    void jobOutOfAttemptsFailsWithItsLastAnswer() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        jobs.upstream.answering(call -> call.answer(500, "", "attempt " + call.field("forebay-attempt")));
        String job = jobs.submit("/always", "order");
        jobs.awaitState(job, "failed");
        assertThat(text(jobs.get(job + "/result"))).isEqualTo("attempt 3");
        assertThat(jobs.upstream.calls).hasSize(3);
    }

    @Test
    void retryAfterOf503HoldsTheWholeQueue() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        AtomicInteger calls = new AtomicInteger();
        jobs.upstream.answering(call -> {
            if (calls.incrementAndGet() == 1) {
                call.answer(503, "Retry-After: 1\r\n", "later");
            } else {
                call.answer(200, "", "ok");
            }
        });
        long startNs = System.nanoTime();
        String first = jobs.submit("/always", "1");
        jobs.upstream.awaitCall();
        String second = jobs.submit("/always", "2");
        jobs.upstream.awaitCall();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)).isGreaterThanOrEqualTo(950);
        jobs.awaitState(first, "succeeded");
        jobs.awaitState(second, "succeeded");
    }

    @Test
    void refusedConnectionsAreAttemptsAndTheLastOneFailsTheJob() throws Exception {
        JobFixture jobs = start("{concurrency: 4, " + FAST + "}");
        jobs.upstream.close();
        String job = jobs.submit("/always", "order");
        jobs.awaitState(job, "failed");
        assertThat(text(jobs.get(job))).contains("\"attempt\":3", "\"reason\":\"upstream-unreachable\"");
    }

    @Test
    void openBreakerCostsNoAttemptsAndHoldsNoJobOfAnotherBackend() throws Exception {
        String queue =
                "{concurrency: 4, retry: {attempts: 20, backoff: {base: 20ms, max: 40ms}, onInterrupted: retry}}";
        JobFixture jobs = start(queue);
        String dead =
                JobFixture.policy(jobs.upstream.port(), queue) + JobFixture.openRoute("dead", JobGateway.freePort());
        jobs.gateway.apply(dead);
        HttpResponse<byte[]> accepted = jobs.send("POST", "/dead", "", "order");
        String job = accepted.headers().firstValue("location").orElseThrow();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> text(jobs.get(job)).contains("\"reason\":\"released\""));
        assertThat(text(jobs.get(job))).contains("\"attempt\":5");
        jobs.awaitState(jobs.submit("/always", "goes on"), "succeeded");
        assertThat(text(jobs.get(job))).contains("\"state\":\"queued\"");
    }

    @Test
    void attemptEndsAtItsTimeoutAndIsTriedAgain() throws Exception {
        JobFixture jobs = start("{concurrency: 1, attemptTimeout: 300ms, " + FAST + "}");
        AtomicInteger calls = new AtomicInteger();
        jobs.upstream.answering(call -> {
            if (calls.incrementAndGet() == 1) {
                call.awaitClose();
            } else {
                call.answer(200, "", "ok");
            }
        });
        String job = jobs.submit("/always", "order");
        jobs.awaitState(job, "succeeded");
        assertThat(text(jobs.get(job))).contains("\"attempt\":2");
    }

    @Test
    void noMoreAttemptsRunThanTheQueueAllows() throws Exception {
        JobFixture jobs = start("{concurrency: 3, " + FAST + "}");
        CountDownLatch three = new CountDownLatch(3);
        jobs.upstream.answering(call -> {
            three.countDown();
            assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "", "ok");
        });
        String last = "";
        for (int i = 0; i < 60; i++) {
            last = jobs.submit("/always", "order " + i);
        }
        jobs.awaitState(last, "succeeded");
        Awaitility.await().until(() -> jobs.upstream.calls.size() == 60);
        assertThat(jobs.upstream.activeMax.get()).isEqualTo(3);
    }

    @Test
    void resultLongerThanTheQueueKeepsFailsTheJob() throws Exception {
        JobFixture jobs = start("{concurrency: 1, limits: {maxResult: 1Ki}, " + FAST + "}");
        jobs.upstream.answering(call -> {
            if (call.text().equals("announced")) {
                call.answer(200, "", "x".repeat(1025));
            } else {
                call.raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                for (int i = 0; i < 3; i++) {
                    call.raw("200\r\n" + "y".repeat(512) + "\r\n");
                }
                call.raw("0\r\n\r\n");
            }
        });
        String announced = jobs.submit("/always", "announced");
        String found = jobs.submit("/always", "found");
        jobs.awaitState(announced, "failed");
        jobs.awaitState(found, "failed");
        assertThat(text(jobs.get(announced))).contains("\"reason\":\"result-too-large\"", "\"attempt\":1");
        assertThat(text(jobs.get(found))).contains("\"reason\":\"result-too-large\"", "\"attempt\":1");
        assertThat(jobs.get(announced + "/result").statusCode()).isEqualTo(409);
    }

    @Test
    void longErrorPageIsTriedAgainLikeAShortOne() throws Exception {
        JobFixture jobs = start("{concurrency: 1, limits: {maxResult: 1Ki}, " + FAST + "}");
        AtomicInteger calls = new AtomicInteger();
        jobs.upstream.answering(call -> {
            if (calls.incrementAndGet() == 1) {
                call.answer(503, "", "x".repeat(4096));
            } else {
                call.answer(200, "", "ok");
            }
        });
        jobs.awaitState(jobs.submit("/always", "order"), "succeeded");
    }

    @Test
    void jobWhoseRuleIsGoneWaitsForItsReturnWhileOthersRun() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        jobs.upstream.answering(call -> {
            gate.await();
            call.answer(200, "", "ok");
        });
        jobs.submit("/always", "holds the queue");
        jobs.upstream.awaitCall();
        String orphan = jobs.submit("/always", "orphan");
        jobs.gateway.apply(JobFixture.policyWithoutAlways(jobs.upstream.port(), "{concurrency: 1, " + FAST + "}"));
        gate.countDown();
        String other = jobs.submit("/maykeyed", "other");
        jobs.awaitState(other, "succeeded");
        Awaitility.await().until(() -> text(jobs.get(orphan)).contains("\"reason\":\"released\""));
        assertThat(text(jobs.get(orphan))).contains("\"attempt\":0", "\"state\":\"queued\"");
        jobs.gateway.apply(JobFixture.policy(jobs.upstream.port(), "{concurrency: 1, " + FAST + "}"));
        jobs.awaitState(orphan, "succeeded");
    }

    @Test
    void storedRequestThatCannotBeReadFailsItsJobOnceAndFreesThePlace() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        for (String head : new String[] {"nonsense", "FOREBAY/1 127.0.0.1 http 80\r\nnot a head\r\n\r\n", ""}) {
            String job =
                    jobs.plant(new Caller("t", "anonymous", ""), new RouteIdentity("default", "open", "all"), head);
            jobs.awaitState(job, "failed");
            assertThat(text(jobs.get(job))).contains("\"reason\":\"request-unreadable\"", "\"attempt\":1");
        }
        jobs.awaitState(jobs.submit("/always", "next"), "succeeded");
    }

    @Test
    void jobRunningAtARestartIsReleasedAndFinishes() throws Exception {
        String queue = "{concurrency: 2, " + FAST + "}";
        JobFixture jobs = start(queue);
        jobs.upstream.answering(TestUpstream.Call::awaitClose);
        String running = jobs.submit("/always", "order");
        TestUpstream.Call first = jobs.upstream.awaitCall();
        jobs.upstream.answering(call -> call.answer(200, "", "after the restart"));
        JobFixture again = jobs.restarted(queue);
        fixture = again;
        TestUpstream.Call second = again.upstream.awaitCall();
        assertThat(second.field("forebay-attempt")).isEqualTo("2");
        assertThat(Integer.parseInt(String.valueOf(second.field("forebay-lease-epoch"))))
                .isGreaterThan(Integer.parseInt(String.valueOf(first.field("forebay-lease-epoch"))));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> again.queue().totals().succeeded() == 1);
        assertThat(again.get(running).statusCode()).isEqualTo(200);
    }

    @Test
    void endOfTheProcessCountsNoCrashAgainstTheJob() throws Exception {
        String queue = "{concurrency: 2, retry: {attempts: 9, onInterrupted: retry}}";
        JobFixture jobs = start(queue);
        jobs.upstream.answering(TestUpstream.Call::awaitClose);
        String job = jobs.submit("/always", "order");
        for (int round = 0; round < 3; round++) {
            jobs.upstream.awaitCall();
            jobs = jobs.restarted(queue);
            fixture = jobs;
        }
        jobs.upstream.awaitCall();
        assertThat(jobs.queue().deadLetters()).isZero();
        assertThat(jobs.get(job).statusCode()).isEqualTo(200);
    }

    @Test
    void drainWaitsForAttemptsAndTakesNoMoreJobs() throws Exception {
        JobFixture jobs = start("{concurrency: 1, " + FAST + "}");
        jobs.upstream.answering(call -> {
            gate.await();
            call.answer(200, "", "ok");
        });
        jobs.submit("/always", "1");
        jobs.upstream.awaitCall();
        jobs.submit("/always", "2");
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> jobs.gateway.gateway().drain());
        Awaitility.await().until(() -> jobs.gateway.gateway().status().ports().isEmpty());
        assertThat(drained).isNotDone();
        gate.countDown();
        assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().until(() -> jobs.queue().totals().succeeded() == 1);
        assertThat(jobs.upstream.calls).isEmpty();
        assertThat(jobs.queue().queued()).isEqualTo(1);
    }

    @Test
    void storedRequestDecodesOnlyItsOwnFormat() {
        StoredRequest request = StoredRequest.decode(
                "FOREBAY/1 10.0.0.1 https 443\r\nGET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(request.address()).isEqualTo("10.0.0.1");
        assertThat(request.isTls()).isTrue();
        assertThat(request.port()).isEqualTo(443);
    }
}
