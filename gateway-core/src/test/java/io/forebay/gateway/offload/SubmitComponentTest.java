package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakWatch.class)
class SubmitComponentTest {
    private static final String QUEUE = "{concurrency: 2, limits: {depth: 3, maxBody: 4Ki}}";

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void offloadedRequestIs202WithLocationAndStatusDocument() {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        HttpResponse<byte[]> accepted = fixture.send("POST", "/always", fixture.amina, "order");
        assertThat(accepted.statusCode()).isEqualTo(202);
        String location = accepted.headers().firstValue("location").orElseThrow();
        assertThat(location).matches("/_jobs/[0-9a-f]{32}");
        assertThat(accepted.headers().firstValueAsLong("retry-after").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(accepted.headers().firstValue("vary")).contains("Prefer");
        assertThat(accepted.headers().firstValue("preference-applied")).isEmpty();
        assertThat(text(accepted))
                .contains("\"id\":\"" + location.substring(7) + "\"", "\"queue\":\"default/reports\"", "\"created\":");
    }

    @Test
    void preferenceThatWasFollowedIsNamed() {
        HttpResponse<byte[]> accepted =
                fixture.send("POST", "/prefers", fixture.amina, "order", "prefer", "respond-async");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("preference-applied")).contains("respond-async");
    }

    @Test
    void withoutThePreferenceTheAnswerIsTheUpstreams() {
        HttpResponse<byte[]> answered = fixture.send("POST", "/prefers", fixture.amina, "order");
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(text(answered)).isEqualTo("ok");
    }

    @Test
    void acceptedJobIsInTheStoreWhenTheClientHearsOfIt() {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        String job = fixture.submit("/always", "order");
        assertThat(fixture.get(job).statusCode()).isEqualTo(200);
    }

    @Test
    void jobCallsTheUpstreamWithTheRequestAndItsAttempt() throws Exception {
        String traceId = "0af7651916cd43dd8448eb211c80319c";
        String job = fixture.submit(
                "/always/report?year=2026",
                "order",
                "content-type",
                "text/x-order",
                "idempotency-key",
                "mine",
                "forebay-priority",
                "9",
                "forebay-lease-epoch",
                "77",
                "x-user",
                "forged",
                "cookie",
                "session=abc",
                "traceparent",
                "00-" + traceId + "-b7ad6b7169203331-01");
        TestUpstream.Call call = fixture.upstream.awaitCall();
        assertThat(call.head().getFirst()).isEqualTo("POST /always/report?year=2026 HTTP/1.1");
        assertThat(call.text()).isEqualTo("order");
        assertThat(call.field("content-type")).isEqualTo("text/x-order");
        assertThat(call.field("idempotency-key")).isEqualTo(job.substring(7));
        assertThat(call.field("forebay-attempt")).isEqualTo("1");
        assertThat(call.field("forebay-lease-epoch")).isNotEqualTo("77").matches("[0-9]+");
        assertThat(call.field("forebay-priority")).isNull();
        assertThat(call.field("x-user")).isEqualTo("amina");
        assertThat(call.field("authorization")).isNull();
        assertThat(call.field("cookie")).isNull();
        assertThat(call.field("traceparent")).startsWith("00-" + traceId + "-");
        assertThat(call.head()).filteredOn(line -> line.startsWith("x-user")).hasSize(1);
        assertThat(text(fixture.get(job))).contains("\"traceId\":\"" + traceId + "\"");
    }

    @Test
    void requestWithAsManyLinesAsAClientMaySendRunsAsAJob() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int line = 0; line < 97; line++) {
            lines.append("x-line-").append(line).append(": 1\r\n");
        }
        assertThat(rawHead("POST /always HTTP/1.1\r\nHost: a\r\n" + bearer() + lines + "Content-Length: 0\r\n"))
                .startsWith("HTTP/1.1 202");
        assertThat(fixture.upstream.awaitCall().field("x-line-96")).isEqualTo("1");
    }

    @Test
    void requestWithoutHostRunsAsAJob() throws Exception {
        assertThat(rawHead("GET /always HTTP/1.0\r\n" + bearer())).startsWith("HTTP/1.1 202");
        assertThat(fixture.upstream.awaitCall().field("host")).isEmpty();
    }

    private String bearer() {
        return "Authorization: Bearer " + fixture.amina + "\r\n";
    }

    private String rawHead(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            socket.setSoTimeout(30_000);
            send(socket, head + "\r\n");
            byte[] answer = new byte[4096];
            return new String(answer, 0, socket.getInputStream().read(answer), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void claimOutsideAsciiReachesTheUpstreamAsOnTheSynchronousPath() throws Exception {
        String token = fixture.tokens.token("Zo\u00eb \u4e2d");
        fixture.send("POST", "/prefers", token, "now");
        String direct = fixture.upstream.awaitCall().field("x-user");
        fixture.send("POST", "/always", token, "later");
        assertThat(fixture.upstream.awaitCall().field("x-user")).isEqualTo(direct);
    }

    @Test
    void credentialsAreNowhereInTheStoreFolder() throws Exception {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        fixture.submit("/always", "find-this-body", "cookie", "session=topsecretcookie");
        fixture.gateway.close();
        assertThat(holds("find-this-body")).isTrue();
        assertThat(holds(fixture.amina)).isFalse();
        assertThat(holds(fixture.amina.substring(fixture.amina.lastIndexOf('.') + 1)))
                .isFalse();
        assertThat(holds("topsecretcookie")).isFalse();
    }

    private boolean holds(String text) throws IOException {
        try (Stream<Path> files = Files.walk(fixture.gateway.folder().resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void announcedBodyAboveTheThresholdBecomesAJobAndOneBelowIsForwarded() {
        assertThat(fixture.send("POST", "/large", fixture.amina, "x".repeat(1024))
                        .statusCode())
                .isEqualTo(200);
        assertThat(fixture.send("POST", "/large", fixture.amina, "x".repeat(1025))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void chunkedBodyBelowTheThresholdIsForwardedWholeWithItsTrailers() throws Exception {
        // The second goes out on the connection that the first has left open.
        for (int round = 0; round < 3; round++) {
            String answer = raw("POST", "/large", List.of("abc", "defg"), "x-sum: 7\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200");
            TestUpstream.Call call = fixture.upstream.awaitCall();
            assertThat(call.text()).isEqualTo("abcdefg");
            assertThat(call.trailers()).containsExactly("x-sum: 7");
        }
        assertThat(fixture.upstream.calls).isEmpty();
    }

    @Test
    void chunkedBodyAboveTheThresholdBecomesAJobWithAllItsBytes() throws Exception {
        String part = "y".repeat(700);
        assertThat(raw("POST", "/large", List.of(part, part, part), "")).startsWith("HTTP/1.1 202");
        assertThat(fixture.upstream.awaitCall().text()).isEqualTo(part + part + part);
    }

    @Test
    void shortBodyForADeadBackendIsRefusedAndTheConnectionGoesOn() throws Exception {
        fixture.upstream.close();
        for (int round = 0; round < 8; round++) {
            assertThat(raw("POST", "/large", List.of("abc"), "")).startsWith("HTTP/1.1 50");
        }
    }

    @Test
    void bodyOverTheQueuesLimitIs413WhetherAnnouncedOrFoundOut() throws Exception {
        assertThat(fixture.send("POST", "/always", fixture.amina, "x".repeat(4097))
                        .statusCode())
                .isEqualTo(413);
        String part = "z".repeat(2000);
        assertThat(raw("POST", "/always", List.of(part, part, part), "")).startsWith("HTTP/1.1 413");
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void fullQueueIs503WithRetryAfter() {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        for (int i = 0; i < 3; i++) {
            fixture.submit("/always", "order " + i);
        }
        HttpResponse<byte[]> refused = fixture.send("POST", "/always", fixture.amina, "one too many");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(text(refused)).contains("\"reason\":\"queue-full\"");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void repeatUnderOneKeyIsTheSameJobAndSaysSo() {
        HttpResponse<byte[]> first = keyed("k-1", "order");
        HttpResponse<byte[]> again = keyed("k-1", "order");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("location"))
                .isEqualTo(first.headers().firstValue("location"));
        assertThat(first.headers().firstValue("idempotent-replayed")).isEmpty();
        assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
    }

    @Test
    void repeatWhoseQueueIsGoneIsStillTheSameJobAndANewOneIs503() {
        HttpResponse<byte[]> first =
                fixture.send("POST", "/maykeyed", fixture.amina, "order", "idempotency-key", "k-gone");
        fixture.gateway.forgetQueues();
        HttpResponse<byte[]> again =
                fixture.send("POST", "/maykeyed", fixture.amina, "order", "idempotency-key", "k-gone");
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("location"))
                .isEqualTo(first.headers().firstValue("location"));
        assertThat(again.headers().firstValue("idempotent-replayed")).contains("true");
        HttpResponse<byte[]> unkeyed = fixture.send("POST", "/maykeyed", fixture.amina, "order");
        assertThat(unkeyed.statusCode()).isEqualTo(503);
        assertThat(text(unkeyed)).contains("\"reason\":\"queue-missing\"");
    }

    private HttpResponse<byte[]> keyed(String key, String body) {
        return fixture.send("POST", "/keyed", fixture.amina, body, "idempotency-key", key);
    }

    @Test
    void keyBelongsToOneRequestOnePrincipalAndOnePolicy() {
        String first = keyed("k-2", "order").headers().firstValue("location").orElseThrow();
        assertThat(keyed("k-2", "another order").statusCode()).isEqualTo(422);
        HttpResponse<byte[]> other = fixture.send("POST", "/keyed", fixture.badri, "order", "idempotency-key", "k-2");
        assertThat(other.statusCode()).isEqualTo(202);
        assertThat(other.headers().firstValue("location")).isNotEqualTo(first);
        HttpResponse<byte[]> elsewhere =
                fixture.send("POST", "/maykeyed", fixture.amina, "order", "idempotency-key", "k-2");
        assertThat(elsewhere.statusCode()).isEqualTo(202);
        assertThat(elsewhere.headers().firstValue("idempotent-replayed")).isEmpty();
    }

    @Test
    void missingOrBrokenKeyIs400WhereOneIsRequired() {
        assertThat(text(fixture.send("POST", "/keyed", fixture.amina, "order")))
                .contains("\"status\":400", "idempotency-key-missing");
        assertThat(text(keyed("\"open", "order"))).contains("\"status\":400", "idempotency-key-invalid");
        assertThat(text(keyed("k".repeat(256), "order"))).contains("\"status\":400", "idempotency-key-invalid");
    }

    @Test
    void concurrentSubmitsUnderOneKeyAreOneJob() throws Exception {
        Set<String> locations = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(12);
        for (int i = 0; i < 12; i++) {
            Thread.ofVirtual().start(() -> {
                keyed("k-race", "order").headers().firstValue("location").ifPresent(locations::add);
                done.countDown();
            });
        }
        done.await();
        assertThat(locations).hasSize(1);
        assertThat(fixture.queue().totals().submitted()).isLessThanOrEqualTo(1);
    }

    private String raw(String method, String path, List<String> chunks, String trailers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            socket.setSoTimeout(30_000);
            String head = method + " " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + fixture.amina
                    + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
            send(socket, head);
            for (String chunk : chunks) {
                send(socket, Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
            }
            send(socket, "0\r\n" + trailers + "\r\n");
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
