package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One request, many jobs.
@ExtendWith(LeakWatch.class)
class BatchSubmitComponentTest {
    private static final Pattern LOCATION = Pattern.compile("\"location\":\"([^\"]+)\"");

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, "{concurrency: 4, limits: {maxBody: 4Ki, depth: 2000}}");
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private HttpResponse<byte[]> batch(String mode, String body, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of("forebay-batch", mode, "content-type", "application/x-ndjson"));
        return fixture.send("POST", "/many/orders?day=1", fixture.amina, body, all.toArray(String[]::new));
    }

    private static List<String> locations(HttpResponse<byte[]> response) {
        return LOCATION.matcher(text(response))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String items(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"body\":{\"order\":" + i + "}}\n")
                .collect(Collectors.joining());
    }

    private TestUpstream.Call call() throws InterruptedException {
        TestUpstream.Call call = fixture.upstream.calls.poll(10, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(call).as("a call of the upstream").isNotNull();
        return java.util.Objects.requireNonNull(call);
    }

    @Test
    void eachItemIsARequestOfItsOwn() throws Exception {
        HttpResponse<byte[]> accepted = batch("atomic", """
                {"body": {"a": [1, 2.50] } , "headers": {"X-Kind": "json", "Forebay-Ordering-Key": "k"}}

                {"headers": {"content-type": "text/csv", "x-kind": "text", "forebay-ordering-key": "k"}, "text": "a,\\u00e4"}
                {"base64": "AAEC", "headers": {"x-kind": "bytes", "forebay-ordering-key": "k"}}
                {"headers": {"x-kind": "none", "forebay-ordering-key": "k"}}""", "x-shop", "north", "x-kind", "of the batch");
        assertThat(accepted.statusCode()).as(text(accepted)).isEqualTo(202);
        assertThat(locations(accepted)).hasSize(4).doesNotHaveDuplicates();
        TestUpstream.Call json = call();
        assertThat(json.head().getFirst()).isEqualTo("POST /many/orders?day=1 HTTP/1.1");
        assertThat(json.text()).isEqualTo("{\"a\": [1, 2.50] }");
        assertThat(json.field("content-type")).isEqualTo("application/json");
        assertThat(json.field("x-kind")).isEqualTo("json");
        assertThat(json.field("x-shop")).isEqualTo("north");
        assertThat(json.field("x-user")).isEqualTo("amina");
        assertThat(json.field("forebay-batch")).isNull();
        assertThat(json.field("authorization")).isNull();
        TestUpstream.Call csv = call();
        assertThat(new String(csv.body(), StandardCharsets.UTF_8)).isEqualTo("a,\u00e4");
        assertThat(csv.field("content-type")).isEqualTo("text/csv");
        TestUpstream.Call bytes = call();
        assertThat(bytes.body()).containsExactly(0, 1, 2);
        assertThat(bytes.field("content-type")).isEqualTo("application/octet-stream");
        TestUpstream.Call none = call();
        assertThat(none.body()).isEmpty();
        assertThat(none.field("x-kind")).isEqualTo("none");
        locations(accepted).forEach(job -> fixture.awaitState(job, "succeeded"));
    }

    @Test
    void anItemInTheWayIsNamedAndNothingIsAccepted() {
        String good = items(0, 3);
        HttpResponse<byte[]> noJson = batch("atomic", good + "{\"body\": 1");
        assertThat(noJson.statusCode()).isEqualTo(400);
        assertThat(text(noJson)).contains("batch-item-invalid", "item 3");
        assertThat(noJson.headers().firstValue("forebay-batch-item")).contains("3");
        assertThat(text(batch("atomic", good + "{\"headers\": {\"cookie\": \"a=b\"}}")))
                .contains("not cookie");
        assertThat(text(batch("atomic", good + "{\"headers\": {\"x\": \"a\\r\\nhost: b\"}}")))
                .contains("printable");
        assertThat(text(batch("atomic", good + "{\"headers\": {\"forebay-priority\": \"high\"}}")))
                .contains("job-option-invalid", "item 3");
        HttpResponse<byte[]> tooLarge = batch("atomic", good + "{\"text\": \"" + "x".repeat(5_000) + "\"}");
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(text(tooLarge)).contains("body-too-large", "item 3");
        assertThat(batch("atomic", "\n \n").statusCode()).isEqualTo(400);
        HttpResponse<byte[]> tooMany = batch("atomic", items(0, 501));
        assertThat(tooMany.statusCode()).isEqualTo(413);
        assertThat(text(tooMany)).contains("batch-too-long");
        assertThat(text(batch("some", good))).contains("job-option-invalid", "atomic or each");
        assertThat(fixture.upstream.calls).isEmpty();
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void aRepeatUnderTheBatchsKeyFindsTheSameJobs() {
        String body = items(0, 500);
        HttpResponse<byte[]> first = batch("atomic", body, "idempotency-key", "\"night run\"");
        assertThat(first.statusCode()).as(text(first)).isEqualTo(202);
        HttpResponse<byte[]> again = batch("atomic", body, "idempotency-key", "\"night run\"");
        assertThat(locations(again)).isEqualTo(locations(first)).hasSize(500);
        assertThat(text(again)).contains("\"replayed\":true");
        HttpResponse<byte[]> other = batch("atomic", items(1, 500), "idempotency-key", "\"night run\"");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(text(other)).contains("idempotency-key-reused", "item 0");
        Awaitility.await().until(() -> fixture.queue().totals().submitted() == 500);
    }

    @Test
    void aStreamedBatchSaysOfEachItemWhatBecameOfIt() {
        HttpResponse<byte[]> response =
                batch("each", items(0, 2) + "nonsense\n{\"headers\": {\"forebay-priority\": \"10\"}}\n" + items(4, 6));
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> lines = text(response).lines().toList();
        assertThat(lines).hasSize(6);
        for (int item = 0; item < 6; item++) {
            assertThat(lines.get(item)).startsWith("{\"item\":" + item + ",");
        }
        assertThat(lines.get(2)).contains("\"status\":400", "batch-item-invalid");
        assertThat(lines.get(3)).contains("\"status\":400", "job-option-invalid");
        assertThat(locations(response)).hasSize(4);
        locations(response).forEach(job -> fixture.awaitState(job, "succeeded"));
    }

    @Test
    void aLongStreamIsTakenToItsEndAndTheFullQueueIsTold() {
        fixture.upstream.answering(call -> {
            Thread.sleep(60_000);
            call.answer(200, "", "late");
        });
        int items = 5_000;
        HttpResponse<byte[]> response = batchOfUnknownLength(items(0, items));
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> lines = text(response).lines().toList();
        assertThat(lines).hasSize(items);
        Set<String> jobs = new HashSet<>(locations(response));
        assertThat(jobs).hasSizeBetween(2_000, 2_004);
        assertThat(lines.getLast()).contains("\"status\":503", "queue-full");
        Matcher numbers = Pattern.compile("\"item\":(\\d+)").matcher(text(response));
        for (int item = 0; item < items; item++) {
            assertThat(numbers.find()).isTrue();
            assertThat(numbers.group(1)).isEqualTo(Integer.toString(item));
        }
    }

    private HttpResponse<byte[]> batchOfUnknownLength(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return fixture.send(
                "POST",
                "/many",
                fixture.amina,
                BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes)),
                "forebay-batch",
                "each");
    }

    @Test
    void aLineInAnotherEncodingIsNoItemAndKeepsNobodyWaiting() {
        byte[] wide = "{\"body\":1}\n".getBytes(StandardCharsets.UTF_16LE);
        for (String mode : List.of("atomic", "each")) {
            HttpResponse<byte[]> refused = fixture.send(
                    "POST",
                    "/many",
                    fixture.amina,
                    BodyPublishers.ofByteArrays(List.of(items(0, 40).getBytes(StandardCharsets.UTF_8), wide)),
                    "forebay-batch",
                    mode);
            assertThat(text(refused)).contains("batch-item-invalid");
        }
    }

    @Test
    void onlyRequestsThatMayChangeSomethingAreBatches() {
        HttpResponse<byte[]> read = fixture.send("GET", "/many", fixture.amina, "", "forebay-batch", "each");
        assertThat(read.statusCode()).isEqualTo(405);
        assertThat(read.headers().firstValue("allow")).contains("POST, PUT, PATCH");
    }

    @Test
    void aLineMayBeSoLongAndNoLonger() {
        String tooLong = "{\"text\":\"" + "x".repeat(BatchLines.LINE_BYTES_MAX) + "\"}\n";
        HttpResponse<byte[]> each = batch("each", items(0, 1) + tooLong + items(2, 3));
        List<String> lines = text(each).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).contains("\"item\":1", "batch-line-too-long");
        HttpResponse<byte[]> atomic = batch("atomic", items(0, 1) + tooLong);
        assertThat(atomic.statusCode()).isEqualTo(400);
        assertThat(text(atomic)).contains("item 1", "batch-line-too-long");
    }

    @Test
    void whereItIsNotAcceptedTheFieldIsIgnored() throws Exception {
        HttpResponse<byte[]> one =
                fixture.send("POST", "/always", fixture.amina, items(0, 3), "forebay-batch", "atomic");
        assertThat(one.statusCode()).isEqualTo(202);
        assertThat(call().text()).isEqualTo(items(0, 3));
    }
}
