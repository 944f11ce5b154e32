package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What clients may say about their jobs.
@ExtendWith(LeakWatch.class)
class JobOptionsComponentTest {
    private static final String QUEUE =
            "{concurrency: 4, retry: {attempts: 5, backoff: {base: 1h, max: 1h}}, orderingKey: {header: x-customer}}";
    private static final String ONE_AT_A_TIME = "{concurrency: 1}";

    private final CountDownLatch released = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private JobFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        fixture.close();
    }

    @Test
    void jobWithADelayIsScheduledAndRunsThen() {
        String job = fixture.submit("/options", "later", "forebay-delay", "3s");
        assertThat(text(fixture.get(job))).contains("\"state\":\"scheduled\"", "\"nextAttempt\":");
        assertThat(fixture.upstream.calls).isEmpty();
        fixture.awaitState(job, "succeeded");
    }

    @Test
    void jobsOfOneCustomerRunOneAtATimeInOrder() throws Exception {
        fixture.upstream.answering(call -> {
            Thread.sleep(20);
            call.answer(200, "", call.text());
        });
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            jobs.add(fixture.submit("/options", "order " + i, "x-customer", "amina & sons"));
        }
        for (String job : jobs) {
            fixture.awaitState(job, "succeeded");
        }
        assertThat(fixture.upstream.activeMax).hasValue(1);
        for (int i = 0; i < 6; i++) {
            assertThat(fixture.upstream.awaitCall().text()).isEqualTo("order " + i);
        }
    }

    @Test
    void jobsOfTwoCustomersRunSideBySide() throws Exception {
        fixture.upstream.answering(call -> {
            assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "", "done");
        });
        String first = fixture.submit("/options", "a", "forebay-ordering-key", "a");
        String second = fixture.submit("/options", "b", "forebay-ordering-key", "b");
        fixture.upstream.awaitCall();
        fixture.upstream.awaitCall();
        released.countDown();
        fixture.awaitState(first, "succeeded");
        fixture.awaitState(second, "succeeded");
    }

    @Test
    void urgentJobGoesFirst() throws Exception {
        fixture = fixture.restarted(ONE_AT_A_TIME);
        fixture.upstream.answering(call -> {
            assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "", "done");
        });
        fixture.submit("/options", "in the way");
        fixture.upstream.awaitCall();
        String patient = fixture.submit("/options", "patient", "forebay-priority", "1");
        fixture.submit("/options", "urgent", "forebay-priority", "8");
        released.countDown();
        fixture.awaitState(patient, "succeeded");
        assertThat(fixture.upstream.awaitCall().text()).isEqualTo("urgent");
        assertThat(fixture.upstream.awaitCall().text()).isEqualTo("patient");
    }

    @Test
    void upstreamHearsOfTheDeadline() throws Exception {
        String deadline = Instant.now()
                .plusSeconds(600)
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
        String job = fixture.submit("/options", "soon", "forebay-deadline", deadline);
        assertThat(text(fixture.get(job))).contains("\"deadline\":\"" + deadline + "\"");
        assertThat(fixture.upstream.awaitCall().field("forebay-deadline")).isEqualTo(deadline);
    }

    @Test
    void noAttemptIsWaitedForThatWouldComeAfterTheDeadline() {
        fixture.upstream.answering(call -> call.answer(503, "", "not now"));
        String deadline = Instant.now().plusSeconds(30).toString();
        String job = fixture.submit("/options", "soon", "forebay-deadline", deadline);
        fixture.awaitState(job, "expired");
        assertThat(text(fixture.get(job))).contains("\"reason\":\"deadline\"");
        HttpResponse<byte[]> result = fixture.get(job + "/result");
        assertThat(result.statusCode()).isEqualTo(503);
        assertThat(text(result)).isEqualTo("not now");
    }

    @Test
    void optionThatCannotBeReadIsRefusedAndNothingIsKept() {
        HttpResponse<byte[]> answer = fixture.send("POST", "/options", fixture.amina, "x", "forebay-priority", "very");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(answer)).contains("job-option-invalid", "forebay-priority");
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void aJobUnderTheSameDedupKeyStandsForTheNext() throws Exception {
        fixture = fixture.restarted(ONE_AT_A_TIME);
        fixture.upstream.answering(call -> {
            assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
            call.answer(200, "", "");
        });
        fixture.submit("/always", "in the way");
        fixture.upstream.awaitCall();
        String first = fixture.submit("/once", "index it", "forebay-dedup-key", "doc-1");
        HttpResponse<byte[]> second =
                fixture.send("POST", "/once", fixture.amina, "index it again", "forebay-dedup-key", "doc-1");
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.headers().firstValue("location")).contains(first);
        assertThat(second.headers().firstValue("forebay-deduplicated")).contains("true");
        HttpResponse<byte[]> both = fixture.send(
                "POST", "/once", fixture.amina, "x", "forebay-dedup-key", "doc-1", "idempotency-key", "\"a\"");
        assertThat(both.statusCode()).isEqualTo(400);
        assertThat(text(both)).contains("job-option-invalid", "forebay-dedup-key");

        String replaced = fixture.submit("/latest", "old", "forebay-dedup-key", "doc-2");
        String latest = fixture.submit("/latest", "new", "forebay-dedup-key", "doc-2");
        assertThat(text(fixture.get(replaced))).contains("\"state\":\"canceled\"", "\"reason\":\"replaced\"");
        released.countDown();
        fixture.awaitState(latest, "succeeded");
        fixture.awaitState(first, "succeeded");
        assertThat(fixture.upstream.awaitCall().field("forebay-dedup-key")).isNull();
    }

    @Test
    void optionThatIsNotAcceptedIsNeitherHeardNorPassedOn() throws Exception {
        fixture.submit("/always", "x", "forebay-priority", "very", "forebay-delay", "1h");
        assertThat(fixture.upstream.awaitCall().field("forebay-priority")).isNull();
    }
}
