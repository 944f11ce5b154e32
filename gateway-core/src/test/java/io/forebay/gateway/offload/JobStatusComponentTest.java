package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.Caller;
import io.forebay.offload.RouteIdentity;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakWatch.class)
class JobStatusComponentTest {
    private final CountDownLatch gate = new CountDownLatch(1);
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, "{concurrency: 1}");
    }

    @AfterEach
    void stop() throws IOException {
        gate.countDown();
        fixture.close();
    }

    private void holdAnswers() {
        fixture.upstream.answering(call -> {
            gate.await();
            call.answer(200, "", "done");
        });
    }

    @Test
    void statusHasAnETagAndIfNoneMatchGives304() {
        holdAnswers();
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "running");
        HttpResponse<byte[]> status = fixture.get(job);
        String etag = status.headers().firstValue("etag").orElseThrow();
        HttpResponse<byte[]> same = fixture.get(job, "if-none-match", etag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("etag")).contains(etag);
        assertThat(same.body()).isEmpty();
        assertThat(fixture.get(job, "if-none-match", "\"0\"").statusCode()).isEqualTo(200);
    }

    @Test
    void headHasTheFieldsOfGetAndNoBody() {
        holdAnswers();
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "running");
        HttpResponse<byte[]> head = fixture.send("HEAD", job, fixture.amina, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("etag"))
                .isEqualTo(fixture.get(job).headers().firstValue("etag"));
    }

    @Test
    void longPollWakesAtTheChange() throws Exception {
        holdAnswers();
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "running");
        CompletableFuture<HttpResponse<byte[]>> poll =
                CompletableFuture.supplyAsync(() -> fixture.get(job, "prefer", "wait=30"));
        Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 1);
        gate.countDown();
        HttpResponse<byte[]> news = poll.get(30, TimeUnit.SECONDS);
        assertThat(text(news)).contains("\"state\":\"succeeded\"");
        assertThat(news.headers().firstValue("preference-applied")).contains("wait=30");
        assertThat(news.headers().firstValue("retry-after")).isEmpty();
        assertThat(fixture.gateway.gateway().longPolls()).isZero();
    }

    @Test
    void longPollEndsAfterItsSecondsAndLeavesNothingBehind() {
        holdAnswers();
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "running");
        long startNs = System.nanoTime();
        HttpResponse<byte[]> same = fixture.get(job, "prefer", "wait=1");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)).isBetween(950L, 5_000L);
        assertThat(text(same)).contains("\"state\":\"running\"");
        assertThat(fixture.gateway.gateway().longPolls()).isZero();
    }

    @Test
    void answeredPollNeverAnswersALaterRequestOfItsConnection() throws Exception {
        Semaphore answers = new Semaphore(0);
        fixture.upstream.answering(call -> {
            answers.acquire();
            call.answer(200, "", "done");
        });
        fixture.awaitState(fixture.submit("/always", "0"), "running");
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            jobs.add(fixture.submit("/always", "order " + i));
        }
        // Each poll ends when its job begins to run; the job's end comes while the next one waits on the connection.
        for (String job : jobs) {
            CompletableFuture<HttpResponse<byte[]>> poll =
                    CompletableFuture.supplyAsync(() -> fixture.get(job, "prefer", "wait=20"));
            Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 1);
            answers.release();
            String news = text(poll.get(30, TimeUnit.SECONDS));
            assertThat(news).contains("\"id\":\"" + job.substring(7) + "\"", "\"state\":\"running\"");
        }
        answers.release();
        assertThat(fixture.gateway.gateway().longPolls()).isZero();
    }

    @Test
    void waitingJobTellsItsPosition() {
        holdAnswers();
        String first = fixture.submit("/always", "1");
        fixture.awaitState(first, "running");
        String second = fixture.submit("/always", "2");
        String third = fixture.submit("/always", "3");
        assertThat(text(fixture.get(second))).contains("\"state\":\"queued\"", "\"position\":0");
        HttpResponse<byte[]> last = fixture.get(third);
        assertThat(text(last)).contains("\"position\":1");
        assertThat(last.headers().firstValueAsLong("retry-after").orElseThrow()).isBetween(1L, 60L);
    }

    @Test
    void resultIsTheUpstreamsAnswerToTheByte() {
        byte[] binary = new byte[70_000];
        new java.util.Random(7).nextBytes(binary);
        fixture.upstream.answering(call -> call.answer(
                201,
                "Content-Type: application/x-report\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Odd: \u00e9 \r\n",
                binary));
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "succeeded");
        HttpResponse<byte[]> result = fixture.get(job + "/result");
        assertThat(result.statusCode()).isEqualTo(201);
        assertThat(result.body()).isEqualTo(binary);
        assertThat(result.headers().firstValue("content-type")).contains("application/x-report");
        assertThat(result.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(result.headers().firstValue("x-odd")).contains("\u00e9");
        assertThat(text(fixture.get(job))).contains("\"result\":\"" + job + "/result\"");
        HttpResponse<byte[]> redirect = fixture.get(job, "prefer", "redirect");
        assertThat(redirect.statusCode()).isEqualTo(303);
        assertThat(redirect.headers().firstValue("location")).contains(job + "/result");
    }

    @Test
    void resultWithoutBodyHasNone() {
        fixture.upstream.answering(call -> {
            if (call.text().equals("nothing")) {
                call.raw("HTTP/1.1 204 No Content\r\nx-kind: none\r\n\r\n");
            } else {
                call.answer(200, "x-kind: empty\r\n", "");
            }
        });
        String nothing = fixture.submit("/always", "nothing");
        String empty = fixture.submit("/always", "empty");
        fixture.awaitState(nothing, "succeeded");
        fixture.awaitState(empty, "succeeded");
        HttpResponse<byte[]> first = fixture.get(nothing + "/result");
        assertThat(first.statusCode()).isEqualTo(204);
        assertThat(first.headers().firstValue("x-kind")).contains("none");
        assertThat(first.headers().firstValue("content-length")).isEmpty();
        HttpResponse<byte[]> second = fixture.get(empty + "/result");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.headers().firstValue("content-length")).contains("0");
        assertThat(second.body()).isEmpty();
    }

    @Test
    void resultOfAnUnfinishedJobIs409AndOfACanceledOneToo() throws Exception {
        holdAnswers();
        String job = fixture.submit("/always", "order");
        fixture.upstream.awaitCall();
        HttpResponse<byte[]> early = fixture.get(job + "/result");
        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(text(early)).contains("job-not-finished");
        assertThat(fixture.send("DELETE", job, fixture.amina, "").statusCode()).isEqualTo(200);
        assertThat(fixture.get(job + "/result").statusCode()).isEqualTo(409);
    }

    @Test
    void cancelOfARunningJobClosesTheUpstreamsConnection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.awaitClose();
            closed.countDown();
        });
        String job = fixture.submit("/always", "order");
        fixture.upstream.awaitCall();
        fixture.awaitState(job, "running");
        HttpResponse<byte[]> canceled = fixture.send("DELETE", job, fixture.amina, "");
        assertThat(text(canceled)).contains("\"state\":\"canceled\"");
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fixture.send("DELETE", job, fixture.amina, "").statusCode()).isEqualTo(200);
        fixture.upstream.answering(call -> call.answer(200, "", "next"));
        String next = fixture.submit("/always", "next");
        fixture.awaitState(next, "succeeded");
    }

    @Test
    void cancelOfAWaitingJobIsAtOnceAndOfAFinishedOne409() {
        holdAnswers();
        String running = fixture.submit("/always", "1");
        fixture.awaitState(running, "running");
        String waiting = fixture.submit("/always", "2");
        assertThat(text(fixture.send("DELETE", waiting, fixture.amina, ""))).contains("\"state\":\"canceled\"");
        gate.countDown();
        fixture.awaitState(running, "succeeded");
        HttpResponse<byte[]> late = fixture.send("DELETE", running, fixture.amina, "");
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(text(fixture.get(running))).contains("\"state\":\"succeeded\"");
        assertThat(fixture.upstream.calls).hasSize(1);
    }

    @Test
    void strangersJobIs404AndNoCredentialIs401() {
        String job = fixture.submit("/always", "order");
        for (String method : new String[] {"GET", "DELETE", "HEAD"}) {
            assertThat(fixture.send(method, job, fixture.badri, "").statusCode())
                    .isEqualTo(404);
        }
        assertThat(fixture.send("GET", job + "/result", fixture.badri, "").statusCode())
                .isEqualTo(404);
        assertThat(fixture.send("GET", job, fixture.amina + "x", "").statusCode())
                .isEqualTo(401);
        assertThat(fixture.send("GET", "/_jobs/" + "0".repeat(32), fixture.amina, "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(fixture.send("PUT", job, fixture.amina, "x").statusCode()).isEqualTo(405);
    }

    @Test
    void anonymousJobIsReadByItsUrlAloneAndOthersAreNot() {
        HttpResponse<byte[]> accepted = fixture.send("POST", "/open", "", "order");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String job = accepted.headers().firstValue("location").orElseThrow();
        assertThat(fixture.send("GET", job, "", "").statusCode()).isEqualTo(200);
        assertThat(fixture.send("GET", job, fixture.amina, "").statusCode()).isEqualTo(200);
        String named = fixture.submit("/always", "order");
        assertThat(fixture.send("GET", named, "", "").statusCode()).isEqualTo(404);
    }

    @Test
    void anonymousJobKeepsItsPromiseWhenItsRuleIsGone() throws Exception {
        String queue = "{concurrency: 1}";
        String policy = JobFixture.policy(fixture.upstream.port(), queue);
        fixture.gateway.apply(policy + JobFixture.openRoute("passing", fixture.upstream.port()));
        String job = fixture.send("POST", "/passing", "", "order")
                .headers()
                .firstValue("location")
                .orElseThrow();
        fixture.gateway.apply(policy);
        assertThat(fixture.send("GET", job, "", "").statusCode()).isEqualTo(200);
    }

    @Test
    void anonymousJobOfAGoneRuleThatPromisedNothingIs404() throws Exception {
        String job = fixture.plant(
                new Caller("anonymous", "anonymous", ""),
                new RouteIdentity("default", "gone", "all"),
                "FOREBAY/1 127.0.0.1 http 80\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assertThat(fixture.send("GET", job, "", "").statusCode()).isEqualTo(404);
        assertThat(fixture.get(job).statusCode()).isEqualTo(404);
    }

    @Test
    void limitsOfTheGatewayCountQuestionsForJobs() throws Exception {
        String job = fixture.submit("/always", "order");
        fixture.gateway.apply(JobFixture.policy(fixture.upstream.port(), "{concurrency: 1}") + """
                ---
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: limits}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
                  rateLimit: {local: {rules: [{name: jobs, key: {claim: sub}, limit: {requests: 2, unit: Hour}}]}}
                """);
        assertThat(fixture.get(job).statusCode()).isEqualTo(200);
        assertThat(fixture.get(job + "/result").headers().firstValue("ratelimit"))
                .hasValueSatisfying(limit -> assertThat(limit).startsWith("\"jobs\";r=0"));
        HttpResponse<byte[]> refused = fixture.get(job);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(fixture.send("GET", job, fixture.badri, "").statusCode()).isEqualTo(404);
    }
}
