package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Requests and answers that go through the spool.
@ExtendWith(LeakWatch.class)
class LargeBodyComponentTest {
    private static final int MIB = 1 << 20;
    private static final String QUEUE =
            "{retry: {attempts: 2, backoff: {base: 1ms, max: 1ms}}, limits: {maxBody: 8Mi, maxResult: 12Mi}}";
    private static final String PULL = """
            {workers: pull, limits: {maxBody: 8Mi, maxResult: 12Mi}, permissions: [\
            {verbs: [lease], principal: {jwt: {provider: idp, claims: [{name: sub, values: [badri]}]}}}]}""";
    private static final Pattern LEASE = Pattern.compile("\"lease\":\"([0-9a-f]+)\"");

    private final Random random = new Random(11);
    private JobFixture fixture;
    private Path folder;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private String submit(String path, byte[] body, String... fields) {
        HttpResponse<byte[]> accepted =
                fixture.send("POST", path, fixture.amina, HttpRequest.BodyPublishers.ofByteArray(body), fields);
        assertThat(accepted.statusCode()).as(text(accepted)).isEqualTo(202);
        return accepted.headers().firstValue("location").orElseThrow();
    }

    /// A walk that meets a file which is deleted just then fails, and is made again.
    private void awaitFiles(int count) {
        Awaitility.await()
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(files()).hasSize(count));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("store/spool"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aRequestReachesTheUpstreamAndItsAnswerTheClientByteForByte() throws Exception {
        byte[] question = bytes(5 * MIB + 77);
        byte[] answer = bytes(9 * MIB + 3);
        fixture.upstream.answering(call -> call.answer(200, "content-type: application/pdf\r\n", answer));
        String job = submit("/always", question);
        fixture.awaitState(job, "succeeded");
        TestUpstream.Call call = fixture.upstream.awaitCall();
        assertThat(call.body()).isEqualTo(question);
        HttpResponse<byte[]> result = fixture.get(job + "/result");
        assertThat(result.body()).isEqualTo(answer);
        assertThat(result.headers().firstValue("content-length")).contains(Integer.toString(answer.length));
        assertThat(result.headers().firstValue("content-type")).contains("application/pdf");
        assertThat(files()).hasSize(2);
    }

    @Test
    void aBodyOfUnknownLengthIsTakenToo() throws Exception {
        byte[] question = bytes(3 * MIB);
        HttpResponse<byte[]> accepted = fixture.send(
                "POST",
                "/always",
                fixture.amina,
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(question)));
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(fixture.upstream.awaitCall().body()).isEqualTo(question);
    }

    @Test
    void whatIsHeldUntilItIsLongBecomesAJob() throws Exception {
        byte[] question = bytes(2 * MIB);
        HttpResponse<byte[]> accepted = fixture.send(
                "POST",
                "/large",
                fixture.amina,
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(question)));
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(fixture.upstream.awaitCall().body()).isEqualTo(question);
    }

    @Test
    void rangesOfAResult() throws Exception {
        byte[] answer = bytes(4 * MIB);
        fixture.upstream.answering(call -> call.answer(200, "", answer));
        String job = submit("/always", bytes(10));
        fixture.awaitState(job, "succeeded");
        String result = job + "/result";
        HttpResponse<byte[]> whole = fixture.get(result);
        assertThat(whole.headers().firstValue("accept-ranges")).contains("bytes");
        String tag = whole.headers().firstValue("etag").orElseThrow();

        range(result, answer, "bytes=100-199", 100, 200);
        range(result, answer, "bytes=1000000-", 1_000_000, answer.length);
        range(result, answer, "bytes=-70000", answer.length - 70_000, answer.length);
        range(result, answer, "bytes=4194303-9999999999", answer.length - 1, answer.length);

        HttpResponse<byte[]> beyond = fixture.get(result, "range", "bytes=4194304-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).contains("bytes */" + answer.length);
        assertThat(text(beyond)).contains("range-not-satisfiable");

        assertThat(fixture.get(result, "range", "bytes=0-1", "if-range", tag).statusCode())
                .isEqualTo(206);
        for (String[] all : new String[][] {
            {"range", "bytes=0-1", "if-range", "\"other\""},
            {"range", "bytes=0-1,5-6"},
            {"range", "bytes=5-4"},
            {"range", "lines=1-2"}
        }) {
            HttpResponse<byte[]> ignored = fixture.get(result, all);
            assertThat(ignored.statusCode()).as(Arrays.toString(all)).isEqualTo(200);
            assertThat(ignored.body()).hasSize(answer.length);
        }
        HttpResponse<byte[]> head = fixture.send("HEAD", result, fixture.amina, "", "range", "bytes=0-1");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains(Integer.toString(answer.length));
    }

    private void range(String path, byte[] whole, String asked, int from, int end) {
        HttpResponse<byte[]> some = fixture.get(path, "range", asked);
        assertThat(some.statusCode()).as(asked).isEqualTo(206);
        assertThat(some.headers().firstValue("content-range"))
                .contains("bytes " + from + "-" + (end - 1) + "/" + whole.length);
        assertThat(some.body()).as(asked).isEqualTo(Arrays.copyOfRange(whole, from, end));
    }

    @Test
    void aRepeatUnderAKeyIsToldByItsBody() throws Exception {
        byte[] question = bytes(2 * MIB);
        String job = submit("/keyed", question, "idempotency-key", "\"a\"");
        assertThat(submit("/keyed", question, "idempotency-key", "\"a\"")).isEqualTo(job);
        byte[] other = question.clone();
        other[other.length - 1]++;
        HttpResponse<byte[]> refused = fixture.send(
                "POST",
                "/keyed",
                fixture.amina,
                HttpRequest.BodyPublishers.ofByteArray(other),
                "idempotency-key",
                "\"a\"");
        assertThat(refused.statusCode()).isEqualTo(422);
        awaitFiles(1);
        assertThat(fixture.upstream.awaitCall().body()).isEqualTo(question);
    }

    @Test
    void whatIsTooLargeLeavesNothing() throws Exception {
        byte[] question = bytes(8 * MIB + 1);
        HttpResponse<byte[]> announced =
                fixture.send("POST", "/always", fixture.amina, HttpRequest.BodyPublishers.ofByteArray(question));
        assertThat(announced.statusCode()).isEqualTo(413);
        HttpResponse<byte[]> found = fixture.send(
                "POST",
                "/always",
                fixture.amina,
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(question)));
        assertThat(found.statusCode()).isEqualTo(413);
        awaitFiles(0);

        fixture.upstream.answering(call -> call.answer(200, "", bytes(12 * MIB + 1)));
        String job = submit("/always", bytes(10));
        fixture.awaitState(job, "failed");
        assertThat(text(fixture.get(job))).contains("result-too-large");
        awaitFiles(0);
    }

    @Test
    void aClientThatLeavesInBetweenLeavesNothing() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /always HTTP/1.1\r\nhost: a\r\nauthorization: Bearer " + fixture.amina
                            + "\r\ncontent-length: 5000000\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(bytes(3 * MIB));
            out.flush();
            awaitFiles(1);
        }
        awaitFiles(0);
        assertThat(fixture.queue().totals().submitted()).isZero();
    }

    @Test
    void anUpstreamThatAnswersBeforeItHasReadTheRequestIsHeard() throws Exception {
        fixture.close();
        fixture = JobFixture.start(folder.resolve("again"), QUEUE);
        try (ServerSocket hasty = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerAtOnce(hasty));
            fixture.gateway.apply(JobFixture.policy(hasty.getLocalPort(), QUEUE));
            String job = submit("/always", bytes(8 * MIB));
            fixture.awaitState(job, "failed");
            assertThat(text(fixture.get(job))).contains("status-403");
        }
    }

    private static void answerAtOnce(ServerSocket server) {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            in.readNBytes(1_000);
            socket.getOutputStream()
                    .write("HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            while (in.read() >= 0) {
                // until the gateway closes
            }
        } catch (IOException e) {
            // the gateway has closed the connection
        }
    }

    @Test
    void aRequestThatCannotBeReadWholeIsNotSentAsIfItWere() throws Exception {
        fixture.upstream.answering(call -> call.answer(503, "", ""));
        fixture.gateway.apply(JobFixture.policy(
                fixture.upstream.port(),
                QUEUE.replace("1ms, max: 1ms", "2s, max: 2s").replace("attempts: 2", "attempts: 9")));
        String job = submit("/always", bytes(3 * MIB));
        fixture.upstream.awaitCall();
        try (RandomAccessFile file = new RandomAccessFile(files().getFirst().toFile(), "rw")) {
            file.seek(2_000_000);
            int was = file.read();
            file.seek(2_000_000);
            file.write(was ^ 1);
        }
        fixture.awaitState(job, "failed");
        assertThat(text(fixture.get(job))).contains("request-unreadable");
    }

    @Test
    void aClientThatReadsSlowlyGetsItAll() throws Exception {
        byte[] answer = bytes(10 * MIB);
        fixture.upstream.answering(call -> call.answer(200, "", answer));
        String job = submit("/always", bytes(10));
        fixture.awaitState(job, "succeeded");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(32 << 10);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.gateway.port()));
            socket.getOutputStream()
                    .write(("GET " + job + "/result HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer "
                                    + fixture.amina + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            Thread.sleep(500);
            byte[] all = socket.getInputStream().readAllBytes();
            assertThat(Arrays.copyOfRange(all, all.length - answer.length, all.length))
                    .isEqualTo(answer);
        }
    }

    @Test
    void aWorkerFetchesALargeRequestAndBringsALargeResult() throws Exception {
        fixture.gateway.apply(JobFixture.policy(fixture.upstream.port(), PULL));
        byte[] question = bytes(3 * MIB);
        String job = submit("/always", question);
        HttpResponse<byte[]> leases = fixture.send("POST", "/_queues/reports/leases?wait=10", fixture.badri, "");
        Matcher lease = LEASE.matcher(text(leases));
        assertThat(lease.find()).as(text(leases)).isTrue();
        String path = "/_leases/" + lease.group(1);
        assertThat(fixture.send("GET", path + "/request", fixture.badri, "").body())
                .isEqualTo(question);
        byte[] result = bytes(6 * MIB);
        HttpResponse<byte[]> done =
                fixture.send("POST", path + "/complete", fixture.badri, HttpRequest.BodyPublishers.ofByteArray(result));
        assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
        assertThat(fixture.get(job + "/result").body()).isEqualTo(result);
        assertThat(fixture.send("POST", path + "/complete", fixture.badri, "late")
                        .statusCode())
                .isEqualTo(409);
        try {
            HttpResponse<byte[]> late = fixture.send(
                    "POST", path + "/complete", fixture.badri, HttpRequest.BodyPublishers.ofByteArray(result));
            assertThat(late.statusCode()).isEqualTo(409);
        } catch (AssertionError ended) {
            // The refusal comes before its body has gone: a client that still sends may see the connection end instead.
            assertThat(ended).hasCauseInstanceOf(IOException.class);
        }
        awaitFiles(2);
    }
}
