package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are told how their jobs ended.
@ExtendWith(LeakWatch.class)
class CallbackComponentTest {
    private static final String QUEUE = "{retry: {attempts: 1}}";

    private JobFixture fixture;
    private TestUpstream receiver;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        receiver = TestUpstream.start();
        receiver.answering(call -> call.answer(204, "", ""));
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
        receiver.close();
    }

    private String url(String host) {
        return "http://" + host + ":" + receiver.port() + "/hooks?of=shop";
    }

    private String submit(String path) {
        return fixture.submit(path, "question", "forebay-callback", url("127.0.0.1"));
    }

    private List<Job> notices(JobState state) throws Exception {
        CompletableFuture<Outcome<JobPage>> page = new CompletableFuture<>();
        Completion<JobPage> completion = page::complete;
        fixture.gateway.store().reader().list("default/callbacks", state, null, 10, completion);
        return ((Outcome.Done<JobPage>) page.get(30, TimeUnit.SECONDS)).value().jobs();
    }

    private Job awaitNotice(JobState state) {
        Awaitility.await().until(() -> !notices(state).isEmpty());
        try {
            return notices(state).getFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String signature(TestUpstream.Call call) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "HmacSHA256"));
        String signed = call.field("webhook-id") + "." + call.field("webhook-timestamp") + "." + call.text();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theEndOfAJobIsPostedAndSigned() throws Exception {
        String job = submit("/told");
        TestUpstream.Call call = receiver.awaitCall();
        assertThat(call.head().getFirst()).isEqualTo("POST /hooks?of=shop HTTP/1.1");
        assertThat(call.field("host")).isEqualTo("127.0.0.1:" + receiver.port());
        assertThat(call.field("content-type")).isEqualTo("application/json");
        assertThat(call.field("webhook-signature")).isEqualTo(signature(call));
        long seconds = Long.parseLong(requireNonNull(call.field("webhook-timestamp")));
        assertThat(seconds)
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
        assertThat(call.text())
                .startsWith("{\"type\":\"job.succeeded\",\"timestamp\":\"20")
                .contains(
                        "\"id\":\"" + job.substring(job.lastIndexOf('/') + 1) + "\"",
                        "\"queue\":\"default/reports\"",
                        "\"status\":\"" + job + "\"",
                        "\"result\":\"" + job + "/result\"");
        assertThat(requireNonNull(call.field("webhook-id"))).startsWith("msg_");
        assertThat(awaitNotice(JobState.SUCCEEDED).answerStatus()).isEqualTo(204);
        assertThat(requireNonNull(fixture.upstream.awaitCall()).field("forebay-callback"))
                .as("what is for the gateway")
                .isNull();
    }

    @Test
    void aReceiverThatFailsIsTriedAgainWithTheSameIdAndBody() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        receiver.answering(call -> call.answer(calls.incrementAndGet() == 1 ? 500 : 200, "", ""));
        submit("/told");
        TestUpstream.Call first = receiver.awaitCall();
        TestUpstream.Call second = receiver.awaitCall();
        assertThat(second.field("webhook-id")).isEqualTo(first.field("webhook-id"));
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.field("webhook-signature")).isEqualTo(signature(second));
        assertThat(awaitNotice(JobState.SUCCEEDED).attempts().made()).isEqualTo(2);
    }

    @Test
    void afterTheLastAttemptItIsADeadLetter() throws Exception {
        receiver.answering(call -> call.answer(404, "", ""));
        submit("/told");
        Job failed = awaitNotice(JobState.FAILED);
        assertThat(failed.reason()).isEqualTo("status-404");
        assertThat(failed.attempts().made()).isEqualTo(3);
    }

    @Test
    void goneIsGone() throws Exception {
        receiver.answering(call -> call.answer(410, "", ""));
        submit("/told");
        Job failed = awaitNotice(JobState.FAILED);
        assertThat(failed.reason()).isEqualTo("status-410");
        assertThat(failed.attempts().made()).isEqualTo(1);
    }

    @Test
    void redirectsAreNotFollowedAndBrokenAnswersAreFailures() throws Exception {
        receiver.answering(call -> call.answer(302, "location: " + url("127.0.0.1") + "/elsewhere\r\n", ""));
        submit("/told");
        assertThat(awaitNotice(JobState.FAILED).reason()).isEqualTo("status-302");
        receiver.answering(call -> call.raw("nonsense\r\n\r\n"));
        submit("/told");
        Awaitility.await()
                .until(() -> notices(JobState.FAILED).stream()
                        .anyMatch(job -> job.reason().equals("answer-malformed")));
        assertThat(receiver.calls).allMatch(call -> call.head().getFirst().startsWith("POST /hooks?of=shop "));
    }

    @Test
    void addressesThatAreNotPublicAreNotCalled() throws Exception {
        for (String host : List.of("127.0.0.1", "localhost", "[::1]")) {
            fixture.submit("/publicly", "question", "forebay-callback", url(host));
        }
        Awaitility.await().until(() -> notices(JobState.FAILED).size() == 3);
        assertThat(notices(JobState.FAILED))
                .allMatch(job -> job.reason().equals("address-not-public"))
                .allMatch(job -> job.attempts().made() == 1);
        assertThat(receiver.calls).isEmpty();
    }

    @Test
    void nobodyListensAndNobodyIsThere() throws Exception {
        int port = JobGateway.freePort();
        fixture.submit("/told", "question", "forebay-callback", "http://127.0.0.1:" + port + "/");
        assertThat(awaitNotice(JobState.FAILED).reason()).isEqualTo("connect-failed");
        fixture.submit("/told", "question", "forebay-callback", "http://nowhere.invalid/");
        Awaitility.await()
                .until(() -> notices(JobState.FAILED).stream()
                        .anyMatch(job -> job.reason().equals("host-not-found")));
    }

    @Test
    void aUrlThatThePolicyDoesNotAcceptIsRefusedAtOnce() {
        HttpResponse<byte[]> refused =
                fixture.send("POST", "/told", fixture.amina, "question", "forebay-callback", "ftp://shop.test/");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(text(refused)).contains("job-option-invalid", "an http or https URL", "forebay-callback");
        assertThat(fixture.send("POST", "/always", fixture.amina, "question", "forebay-callback", "nonsense")
                        .statusCode())
                .as("where no callbacks are accepted, the field says nothing")
                .isEqualTo(202);
    }

    @Test
    void aCallUnderAKeyThatIsAnsweredIsToldToNobodyElse() throws Exception {
        HttpResponse<byte[]> answered = fixture.send(
                "POST",
                "/toldpays",
                fixture.amina,
                "question",
                "idempotency-key",
                "\"one\"",
                "forebay-callback",
                url("127.0.0.1"));
        assertThat(answered.statusCode()).as(text(answered)).isEqualTo(200);
        submit("/told");
        receiver.awaitCall();
        assertThat(receiver.calls).isEmpty();
    }

    @Test
    void aNoticeThatWaitsSurvivesTheGateway() throws Exception {
        receiver.answering(call -> call.awaitClose());
        String job = submit("/told");
        receiver.awaitCall();
        receiver.answering(call -> call.answer(200, "", ""));
        fixture = fixture.restarted(QUEUE);
        assertThat(receiver.awaitCall().text()).contains(job);
        awaitNotice(JobState.SUCCEEDED);
    }
}
