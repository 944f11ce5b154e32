package io.forebay.gateway.shard;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.offload.JobId;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Calls on jobs of node 0 that come to others. Amina submits; Badri may work.
@ExtendWith(LeakWatch.class)
class ForeignJobComponentTest {
    private static final String LEASES = "/_queues/reports/leases?max=64";
    private static final int MIB = 1 << 20;

    private static Nodes nodes;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        nodes = Nodes.start(folder, 3, Nodes.PULL);
    }

    @AfterAll
    static void stop() throws IOException {
        nodes.close();
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status, String type, String reason) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(text(answer)).contains("/problems/" + type + "\"", "\"reason\":\"" + reason + "\"");
    }

    /// Leases what waits at node 0, and gives the lease of this job: its text begins with the job's id.
    private static String lease(String job) {
        HttpResponse<byte[]> answer = nodes.send(0, "POST", LEASES, nodes.badri, "");
        Matcher matcher = Pattern.compile("\"lease\":\"(" + job.substring(job.lastIndexOf('/') + 1) + "[0-9a-f]+)\"")
                .matcher(text(answer));
        assertThat(matcher.find()).as(text(answer)).isTrue();
        return matcher.group(1);
    }

    private static HttpResponse<byte[]> report(int node, String lease, String verb, byte[] body) {
        return nodes.send(
                node,
                "POST",
                "/_leases/" + lease + "/" + verb,
                nodes.badri,
                HttpRequest.BodyPublishers.ofByteArray(body));
    }

    @Test
    void anyNodeAnswersForAJob() {
        String job = nodes.submit(0, "order");
        HttpResponse<byte[]> here = nodes.get(0, job);
        assertThat(here.statusCode()).isEqualTo(200);
        for (int node = 1; node < 3; node++) {
            HttpResponse<byte[]> there = nodes.get(node, job);
            assertThat(there.statusCode()).as(text(there)).isEqualTo(200);
            assertThat(there.headers().firstValue("etag"))
                    .isEqualTo(here.headers().firstValue("etag"));
            assertThat(text(there)).contains("\"state\":\"queued\"");
            assertThat(nodes.get(
                                    node,
                                    job,
                                    "if-none-match",
                                    here.headers().firstValue("etag").orElseThrow())
                            .statusCode())
                    .isEqualTo(304);
        }
        assertThat(nodes.send(2, "DELETE", job, nodes.amina, "").statusCode()).isEqualTo(200);
        assertThat(text(nodes.get(0, job))).contains("\"state\":\"canceled\"");
        assertThat(nodes.send(1, "POST", job, nodes.amina, "x").statusCode()).isEqualTo(405);
    }

    @Test
    void ownerJudgesByWhoAsked() {
        String job = nodes.submit(0, "order");

        assertProblem(nodes.send(1, "GET", job, nodes.badri, ""), 404, "job-not-found", "job-not-found");
        assertProblem(nodes.send(1, "DELETE", job, nodes.badri, ""), 404, "job-not-found", "job-not-found");
        // Anonymous callers may have jobs of their own here.
        assertProblem(nodes.send(1, "GET", job, "", ""), 404, "job-not-found", "job-not-found");
        assertThat(nodes.send(1, "GET", job, nodes.amina + "x", "").statusCode())
                .isEqualTo(401);
        assertThat(text(nodes.get(1, job))).contains("\"state\":\"queued\"");
    }

    @Test
    void jobThatIsNowhereIs404LikeOneOfOnesOwn() {
        long now = System.currentTimeMillis();
        HttpResponse<byte[]> own = nodes.get(1, "/_jobs/" + JobId.of(now, 1, 7).text());
        for (int shard : new int[] {0, 2, 3, 0xffff}) {
            HttpResponse<byte[]> other =
                    nodes.get(1, "/_jobs/" + JobId.of(now, shard, 7).text());
            assertProblem(other, 404, "job-not-found", "job-not-found");
            assertThat(other.headers().map().keySet())
                    .isEqualTo(own.headers().map().keySet());
            assertThat(text(other).replaceAll("[0-9a-f]{32}", "TRACE"))
                    .isEqualTo(text(own).replaceAll("[0-9a-f]{32}", "TRACE"));
        }
    }

    @Test
    void workerReportsToAnyNode() {
        String job = nodes.submit(0, "order");
        String lease = lease(job);

        HttpResponse<byte[]> request = nodes.send(1, "GET", "/_leases/" + lease + "/request", nodes.badri, "");
        assertThat(text(request)).isEqualTo("order");
        assertThat(report(1, lease, "heartbeat", new byte[0]).statusCode()).isEqualTo(200);
        assertThat(text(nodes.send(1, "POST", "/_queues/reports/heartbeats", nodes.badri, lease + "\n")))
                .contains("\"reason\":\"lease-elsewhere\"");
        assertThat(text(report(2, lease, "complete", "done".getBytes(StandardCharsets.US_ASCII))))
                .contains("\"state\":\"succeeded\"");
        assertThat(text(nodes.get(1, job + "/result"))).isEqualTo("done");
        assertProblem(report(1, lease, "fail", new byte[0]), 409, "lease-stale", "job-succeeded");
    }

    @Test
    void longBodiesAreStreamedBothWays() {
        byte[] result = new byte[6 * MIB];
        new Random(7).nextBytes(result);
        String job = nodes.submit(0, "order");

        HttpResponse<byte[]> done = report(1, lease(job), "complete", result);
        assertThat(done.statusCode()).as(text(done)).isEqualTo(200);

        assertThat(nodes.get(2, job + "/result").body()).isEqualTo(result);
        HttpResponse<byte[]> part = nodes.get(1, job + "/result", "range", "bytes=5000000-5999999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(result, 5_000_000, 6_000_000));
    }

    @Test
    void waitingCallHearsOfTheChange() throws Exception {
        String job = nodes.submit(0, "order");
        CompletableFuture<HttpResponse<byte[]>> waiting = CompletableFuture.supplyAsync(() -> nodes.get(
                1,
                job,
                "prefer",
                "wait=50",
                "if-none-match",
                nodes.get(1, job).headers().firstValue("etag").orElseThrow()));
        await().until(() -> nodes.node(0).gateway().longPolls() == 1);

        nodes.send(2, "DELETE", job, nodes.amina, "");

        assertThat(text(waiting.get(30, TimeUnit.SECONDS))).contains("\"state\":\"canceled\"");
    }

    private static BufferedReader follow(Socket client, String job) throws IOException {
        client.setSoTimeout(30_000);
        client.getOutputStream()
                .write(("GET " + job + "/events HTTP/1.0\r\nhost: shop.test\r\nauthorization: Bearer " + nodes.amina
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void readUntil(BufferedReader in, String wanted) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.contains(wanted)) {
                return;
            }
        }
        throw new AssertionError("ended before " + wanted);
    }

    @Test
    void eventsComeAsTheyHappen() throws Exception {
        String job = nodes.submit(0, "order");
        try (Socket client = new Socket(Nodes.host(1), nodes.port)) {
            BufferedReader in = follow(client, job);
            readUntil(in, "text/event-stream");
            String lease = lease(job);
            report(1, lease, "partial?events=0", "first".getBytes(StandardCharsets.US_ASCII));
            readUntil(in, "first");
            report(1, lease, "complete", "done".getBytes(StandardCharsets.US_ASCII));
            readUntil(in, "succeeded");
        }
    }

    @Test
    void ownerThatIsDownIs503UntilItIsBack() throws Exception {
        String job = nodes.submit(0, "order");
        assertThat(nodes.get(1, job).statusCode()).isEqualTo(200);

        nodes.kill(0);
        HttpResponse<byte[]> down = nodes.get(1, job);
        assertThat(down.statusCode()).as(text(down)).isEqualTo(503);
        assertThat(text(down)).contains("/problems/shard-unavailable\"");
        assertThat(down.headers().firstValue("retry-after")).contains("1");
        // A connection that it had may be found closed first; the next call finds nobody.
        assertProblem(nodes.get(1, job), 503, "shard-unavailable", "no-ready-endpoint");
        await().untilAsserted(() -> assertThat(nodes.node(1).accessLog().lines())
                .filteredOn(line -> line.contains(job) && line.contains("\"status\":503"))
                .hasSize(2)
                .allMatch(line -> line.contains("\"flag\":\"shard-unavailable\"")));
        assertThat(nodes.get(1, "/_jobs/" + JobId.of(1, 2, 7).text()).statusCode())
                .as("another shard")
                .isEqualTo(404);

        nodes.restart(0);
        assertThat(text(nodes.get(1, job))).contains("\"state\":\"queued\"");
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        nodes.node(1).gateway().meters(registry);
        await().untilAsserted(() -> assertThat(registry.scrape().lines())
                .filteredOn(line -> line.startsWith("forebay_shards_calls_total{"))
                .hasSize(4)
                .anyMatch(line -> line.matches(".*\"answered\"} [1-9].*"))
                .anyMatch(line -> line.matches(".*\"unavailable\"} [2-9].*")));
    }

    @Test
    void answerThatTheOwnerBreaksOffIsBrokenOff() throws Exception {
        String job = nodes.submit(0, "order");
        try (Socket client = new Socket(Nodes.host(1), nodes.port)) {
            BufferedReader in = follow(client, job);
            readUntil(in, "text/event-stream");

            nodes.kill(0);

            await().until(() -> nodes.node(1).accessLog().contains("\"flag\":\"upstream-reset-during-answer\""));
        }
        nodes.restart(0);
    }
}
