package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Clients that submit a job and would rather wait a while for its answer.
@ExtendWith(LeakWatch.class)
class AwaitedSubmitComponentTest {
    private static final String QUEUE = "{concurrency: 2, retry: {attempts: 2, backoff: {base: 20ms, max: 40ms}}}";

    private final CountDownLatch gate = new CountDownLatch(1);
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        gate.countDown();
        fixture.close();
    }

    private HttpResponse<byte[]> submit(int waitSeconds, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "prefer";
        all[1] = "respond-async, wait=" + waitSeconds;
        System.arraycopy(fields, 0, all, 2, fields.length);
        return fixture.send("POST", "/maykeyed", fixture.amina, "order", all);
    }

    private static String field(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private void holdAnswers() {
        fixture.upstream.answering(call -> {
            gate.await();
            call.answer(200, "", "done");
        });
    }

    @Test
    void answerThatIsReadyInTimeIsTheUpstreamsOwn() {
        fixture.upstream.answering(call -> call.answer(200, "x-menu: soup\r\n", "done"));
        HttpResponse<byte[]> answer = submit(20);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("done");
        assertThat(field(answer, "x-menu")).isEqualTo("soup");
        assertThat(field(answer, "preference-applied")).isEqualTo("respond-async, wait=20");
        assertThat(field(answer, "vary")).isEqualTo("Prefer");
        assertThat(text(fixture.get(field(answer, "location")))).contains("\"state\":\"succeeded\"");
        assertThat(fixture.gateway.gateway().longPolls()).isZero();
    }

    @Test
    void refusalOfTheUpstreamIsTheAnswerToo() {
        fixture.upstream.answering(call -> call.answer(422, "", "no such menu"));
        HttpResponse<byte[]> answer = submit(20);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(text(answer)).isEqualTo("no such menu");
        assertThat(text(fixture.get(field(answer, "location")))).contains("\"state\":\"failed\"");
    }

    @Test
    void placeThatTheUpstreamNamesIsNotReplacedByTheJobs() {
        fixture.upstream.answering(call -> call.answer(201, "Location: /orders/7\r\n", ""));
        HttpResponse<byte[]> answer = submit(20);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().allValues("location")).containsExactly("/orders/7");
    }

    @Test
    void jobThatFailedWithoutAnAnswerIs202AndSaysSo() throws IOException {
        fixture.upstream.close();
        HttpResponse<byte[]> answer = submit(20);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(text(answer)).contains("\"state\":\"failed\"", "\"reason\":\"upstream-unreachable\"");
    }

    @Test
    void answerThatIsNotReadyInTimeIs202AndTheJobGoesOn() {
        holdAnswers();
        long startNs = System.nanoTime();
        HttpResponse<byte[]> accepted = submit(1);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)).isGreaterThanOrEqualTo(900);
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(field(accepted, "preference-applied")).isEqualTo("respond-async, wait=1");
        assertThat(field(accepted, "retry-after")).isNotEmpty();
        assertThat(fixture.gateway.gateway().longPolls()).isZero();
        gate.countDown();
        fixture.awaitState(field(accepted, "location"), "succeeded");
    }

    @Test
    void clientThatLeavesWhileItWaitsLosesNothing() throws Exception {
        holdAnswers();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            String head = "POST /always HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + fixture.amina
                    + "\r\nPrefer: respond-async, wait=30\r\nContent-Length: 5\r\n\r\norder";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            fixture.upstream.awaitCall();
            Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 1);
        }
        Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 0);
        gate.countDown();
        Awaitility.await().until(() -> fixture.queue().totals().succeeded() == 1);
    }

    @Test
    void repeatUnderOneKeyIsGivenTheAnswerThatIsThere() {
        HttpResponse<byte[]> first = submit(20, "idempotency-key", "k-1");
        HttpResponse<byte[]> again = submit(20, "idempotency-key", "k-1");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(text(again)).isEqualTo(text(first));
        assertThat(field(again, "location")).isEqualTo(field(first, "location"));
        assertThat(field(again, "idempotent-replayed")).isEqualTo("true");
        assertThat(fixture.upstream.calls).hasSize(1);
    }

    @Test
    void endOfTheProcessTellsWhoWaitsWhereTheJobIs() throws Exception {
        holdAnswers();
        CompletableFuture<HttpResponse<byte[]>> waiting = CompletableFuture.supplyAsync(() -> submit(30));
        fixture.upstream.awaitCall();
        Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 1);
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> fixture.gateway.gateway().drain());
        assertThat(waiting.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        gate.countDown();
        assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
    }
}
