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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Synchronous calls under an idempotency key.
@ExtendWith(LeakWatch.class)
class KeyedCallComponentTest {
    private static final String QUEUE =
            "{concurrency: 2, retry: {attempts: 3, backoff: {base: 50ms, max: 100ms}}, limits: {depth: 8, maxBody: 64Ki}}";

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger made = new AtomicInteger();
    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        fixture.close();
    }

    private HttpResponse<byte[]> pay(String path, String body, String... fields) {
        return send("POST", path, body, fields);
    }

    private HttpResponse<byte[]> send(String method, String path, String body, String... fields) {
        List<String> all = new ArrayList<>(List.of("idempotency-key", "\"order-7\""));
        all.addAll(List.of(fields));
        return fixture.send(method, path, fixture.amina, body, all.toArray(String[]::new));
    }

    private void awaitReleased() throws InterruptedException {
        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void repeatGetsTheSameAnswerAndTheUpstreamIsCalledOnce() {
        fixture.upstream.answering(
                call -> call.answer(201, "x-payment: " + made.incrementAndGet() + "\r\n", "paid " + call.text()));
        for (int i = 0; i < 5; i++) {
            HttpResponse<byte[]> answer = pay("/pays", "7 EUR");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(text(answer)).isEqualTo("paid 7 EUR");
            assertThat(answer.headers().firstValue("x-payment")).contains("1");
            assertThat(answer.headers().firstValue("idempotent-replayed").isPresent())
                    .isEqualTo(i > 0);
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void fiveAtOnceAreOneCall() throws Exception {
        fixture.upstream.answering(call -> {
            made.incrementAndGet();
            awaitReleased();
            call.answer(200, "", "paid");
        });
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                answers.add(clients.submit(() -> pay("/pays", "7 EUR")));
            }
            fixture.upstream.awaitCall();
            released.countDown();
            for (Future<HttpResponse<byte[]>> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                assertThat(text(answer.get())).isEqualTo("paid");
            }
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void otherBodyUnderTheKeyIsRefused() {
        assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> other = pay("/pays", "8 EUR");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(text(other)).contains("idempotency-key-reused");
    }

    @Test
    void keysOfTwoCallersAreNotTheSame() {
        fixture.upstream.answering(call -> call.answer(200, "", "call " + made.incrementAndGet()));
        assertThat(text(pay("/pays", "7 EUR"))).isEqualTo("call 1");
        assertThat(text(fixture.send("POST", "/pays", fixture.badri, "7 EUR", "idempotency-key", "order-7")))
                .isEqualTo("call 2");
    }

    @Test
    void requiredKeyMayBeMissingOnlyWhereNothingChanges() {
        assertThat(fixture.send("POST", "/pays", fixture.amina, "7 EUR").statusCode())
                .isEqualTo(400);
        assertThat(fixture.get("/pays").statusCode()).isEqualTo(200);
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void callWithoutABodyIsACallToo() {
        fixture.upstream.answering(call -> call.answer(204, "x-call: " + made.incrementAndGet() + "\r\n", ""));
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> answer = send("DELETE", "/pays/7", "");
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.headers().firstValue("x-call")).contains("1");
        }
    }

    @Test
    void refusedConnectionLeavesTheKeyFree() throws Exception {
        int port = fixture.upstream.port();
        fixture.upstream.close();
        assertThat(pay("/pays", "7 EUR").statusCode()).isIn(502, 503);
        try (TestUpstream again = TestUpstream.startAt(port)) {
            assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(200);
            assertThat(again.calls).hasSize(1);
        }
    }

    @Test
    void upstreamThatTurnsTheCallAwayLeavesTheKeyFree() {
        fixture.upstream.answering(call ->
                call.answer(made.incrementAndGet() == 1 ? 503 : 200, "retry-after: 1\r\n", "answer " + made.get()));
        assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(503);
        assertThat(text(pay("/pays", "7 EUR"))).isEqualTo("answer 2");
        assertThat(text(pay("/pays", "7 EUR"))).isEqualTo("answer 2");
    }

    @Test
    void errorOfTheUpstreamIsAnAnswerAndIsReplayed() {
        fixture.upstream.answering(call -> call.answer(500, "", "error " + made.incrementAndGet()));
        assertThat(text(pay("/pays", "7 EUR"))).isEqualTo("error 1");
        HttpResponse<byte[]> repeat = pay("/pays", "7 EUR");
        assertThat(repeat.statusCode()).isEqualTo(500);
        assertThat(text(repeat)).isEqualTo("error 1");
    }

    @Test
    void nobodyKnowsWhatBecameOfACallThatBroke() {
        fixture.upstream.answering(call -> {
            made.incrementAndGet();
            call.out().close();
        });
        assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(502);
        HttpResponse<byte[]> repeat = pay("/pays", "7 EUR");
        assertThat(repeat.statusCode()).isEqualTo(409);
        assertThat(text(repeat)).contains("outcome-unknown", "upstream-reset");
        assertThat(made).hasValue(1);
    }

    /// A connection that was at rest before says nothing about whether the upstream had begun.
    @Test
    void nobodyKnowsEitherIfTheConnectionWasAnOldOne() {
        fixture.upstream.answering(call -> {
            if (made.incrementAndGet() == 1) {
                call.answer(200, "", "warm");
            } else {
                call.out().close();
            }
        });
        assertThat(fixture.get("/pays").statusCode()).isEqualTo(200);
        assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(502);
        assertThat(pay("/pays", "7 EUR").statusCode()).isEqualTo(409);
        assertThat(made).hasValue(2);
    }

    @Test
    void jobThatSomebodyWasToldOfIsNotTakenBack() throws Exception {
        fixture.upstream.answering(call -> {
            made.incrementAndGet();
            awaitReleased();
            call.answer(503, "", "not now");
        });
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<byte[]>> first = clients.submit(() -> pay("/pays", "7 EUR"));
            fixture.upstream.awaitCall();
            String job = fixture.submit("/pays", "7 EUR", "idempotency-key", "order-7", "prefer", "respond-async");
            released.countDown();
            assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
            fixture.awaitState(job, "succeeded");
            assertThat(text(fixture.get(job + "/result"))).isEqualTo("not now");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void canceledJobEndsItsCall() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        fixture.upstream.answering(call -> {
            call.awaitClose();
            closed.countDown();
        });
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<byte[]>> first = clients.submit(() -> pay("/pays", "7 EUR"));
            fixture.upstream.awaitCall();
            String job = fixture.submit("/pays", "7 EUR", "idempotency-key", "order-7", "prefer", "respond-async");
            assertThat(fixture.send("DELETE", job, fixture.amina, "").statusCode())
                    .isEqualTo(200);
            assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// The upstream may know the key of the call that was cut off.
    @Test
    void callThatIsMadeAgainAfterARestartBearsTheSameKey() throws Exception {
        fixture.upstream.answering(call -> {
            if (made.incrementAndGet() == 1) {
                call.awaitClose();
            } else {
                call.answer(200, "", "put");
            }
        });
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            client.getOutputStream()
                    .write(("PUT /slowpays HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + fixture.amina
                                    + "\r\nidempotency-key: order-7\r\ncontent-length: 5\r\n\r\n7 EUR")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(fixture.upstream.awaitCall().field("idempotency-key")).isEqualTo("order-7");
            Awaitility.await().until(() -> fixture.gateway.gateway().status().attemptsRunning() == 1);
            fixture = fixture.restarted(QUEUE);
        }
        assertThat(fixture.upstream.awaitCall().field("idempotency-key")).isEqualTo("order-7");
    }

    @Test
    void idempotentMethodThatBrokeMayBeCalledAgain() {
        fixture.upstream.answering(call -> {
            if (made.incrementAndGet() == 1) {
                call.out().close();
            } else {
                call.answer(200, "", "put");
            }
        });
        assertThat(send("PUT", "/pays/7", "7 EUR").statusCode()).isEqualTo(502);
        assertThat(text(send("PUT", "/pays/7", "7 EUR"))).isEqualTo("put");
    }

    @Test
    void longAnswerIsRelayedWholeAndNotKept() {
        byte[] big = "x".repeat(KeyedCall.ANSWER_BYTES_MAX + 1).getBytes(StandardCharsets.ISO_8859_1);
        fixture.upstream.answering(call -> call.answer(200, "", big));
        assertThat(pay("/pays", "7 EUR").body()).isEqualTo(big);
        HttpResponse<byte[]> repeat = pay("/pays", "7 EUR");
        assertThat(repeat.statusCode()).isEqualTo(409);
        assertThat(text(repeat)).contains("outcome-unknown", "answer-not-kept");
    }

    @Test
    void callWhoseClientLeavesGoesOnAndItsAnswerIsReplayed() throws Exception {
        fixture.upstream.answering(call -> {
            made.incrementAndGet();
            awaitReleased();
            call.answer(200, "", "paid");
        });
        String host = "127.0.0.1:" + fixture.gateway.port();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            client.getOutputStream()
                    .write(("POST /pays HTTP/1.1\r\nhost: " + host + "\r\nauthorization: Bearer " + fixture.amina
                                    + "\r\nidempotency-key: order-7\r\ncontent-length: 5\r\n\r\n7 EUR")
                            .getBytes(StandardCharsets.ISO_8859_1));
            fixture.upstream.awaitCall();
            client.setSoLinger(true, 0);
        }
        // It is an attempt of its job once the gateway has seen the client go.
        Awaitility.await().until(() -> fixture.gateway.gateway().status().attemptsRunning() == 1);
        released.countDown();
        HttpResponse<byte[]> repeat = pay("/pays", "7 EUR");
        assertThat(repeat.statusCode()).isEqualTo(200);
        assertThat(text(repeat)).isEqualTo("paid");
        assertThat(made).hasValue(1);
    }

    @Test
    void slowCallIsItsJob() throws Exception {
        fixture.upstream.answering(call -> {
            made.incrementAndGet();
            awaitReleased();
            call.answer(201, "", "paid");
        });
        HttpResponse<byte[]> first = pay("/slowpays", "7 EUR");
        assertThat(first.statusCode()).isEqualTo(202);
        String job = first.headers().firstValue("location").orElseThrow();
        HttpResponse<byte[]> second = pay("/slowpays", "7 EUR");
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.headers().firstValue("location")).contains(job);
        assertThat(second.headers().firstValue("idempotent-replayed")).contains("true");
        released.countDown();
        fixture.awaitState(job, "succeeded");
        HttpResponse<byte[]> third = pay("/slowpays", "7 EUR");
        assertThat(third.statusCode()).isEqualTo(201);
        assertThat(text(third)).isEqualTo("paid");
        assertThat(made).hasValue(1);
    }

    @Test
    void callThatMeetsNoEndpointIsHeldAsAJobUnderItsKey() throws Exception {
        int port = fixture.upstream.port();
        fixture.upstream.close();
        HttpResponse<byte[]> first = pay("/holdpays", "7 EUR");
        assertThat(first.statusCode()).isEqualTo(202);
        String job = first.headers().firstValue("location").orElseThrow();
        assertThat(pay("/holdpays", "7 EUR").headers().firstValue("location")).contains(job);
        try (TestUpstream again = TestUpstream.startAt(port)) {
            fixture.awaitState(job, "succeeded");
            assertThat(pay("/holdpays", "7 EUR").statusCode()).isEqualTo(200);
            assertThat(again.calls).hasSize(1);
        }
    }

    @Test
    void jobAndCallUnderOneKeyAreOne() {
        fixture.upstream.answering(call -> call.answer(200, "", "paid " + made.incrementAndGet()));
        String job = fixture.submit("/pays", "7 EUR", "idempotency-key", "order-7", "prefer", "respond-async");
        fixture.awaitState(job, "succeeded");
        assertThat(text(pay("/pays", "7 EUR"))).isEqualTo("paid 1");
        HttpResponse<byte[]> later = pay("/pays", "7 EUR", "prefer", "respond-async");
        assertThat(later.statusCode()).isEqualTo(202);
        assertThat(later.headers().firstValue("location")).contains(job);
        assertThat(made).hasValue(1);
    }

    @Test
    void restartLeavesTheOutcomeUnknown() throws Exception {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> cutOff = clients.submit(() -> pay("/pays", "7 EUR"));
            fixture.upstream.awaitCall();
            fixture = fixture.restarted(QUEUE);
            assertThat(cutOff).failsWithin(20, TimeUnit.SECONDS);
        }
        HttpResponse<byte[]> repeat = pay("/pays", "7 EUR");
        assertThat(repeat.statusCode()).isEqualTo(409);
        assertThat(text(repeat)).contains("outcome-unknown");
    }
}
