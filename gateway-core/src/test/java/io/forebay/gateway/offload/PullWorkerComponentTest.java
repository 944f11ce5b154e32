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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Workers that lease jobs over HTTP. Amina submits; Badri may work.
@ExtendWith(LeakWatch.class)
class PullWorkerComponentTest {
    private static final String PULL = """
            {workers: pull, leaseTerm: 60s, retry: {attempts: 3, backoff: {base: 1ms, max: 1ms}}, permissions: [\
            {verbs: [lease], principal: {jwt: {provider: idp, claims: [{name: sub, values: [badri]}]}}}, \
            {verbs: [read-any], principal: {jwt: {provider: idp, claims: [{name: sub, values: [chana]}]}}}, \
            {verbs: [admin], principal: {jwt: {provider: idp, claims: [{name: sub, values: [dato]}]}}}]}""";
    private static final Pattern LEASE = Pattern.compile("\"lease\":\"([0-9a-f]+)\"");
    private static final String LEASES = "/_queues/reports/leases";
    private static final String BEATS = "/_queues/reports/heartbeats";

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        fixture = JobFixture.start(folder, PULL);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private HttpResponse<byte[]> work(String method, String path, String body, String... fields) {
        return fixture.send(method, path, fixture.badri, body, fields);
    }

    private String lease(String parameters) {
        HttpResponse<byte[]> answer = work("POST", LEASES + parameters, "");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return text(answer);
    }

    private static String key(String leases) {
        Matcher matcher = LEASE.matcher(leases);
        assertThat(matcher.find()).as(leases).isTrue();
        return matcher.group(1);
    }

    private HttpResponse<byte[]> report(String key, String verb, String body, String... fields) {
        return work("POST", "/_leases/" + key + "/" + verb, body, fields);
    }

    @Test
    void workerIsGivenTheRequestAndItsAnswerIsTheResult() {
        String job = fixture.submit("/always?page=2", "all of October", "content-type", "text/plain");
        String leases = lease("");
        assertThat(leases)
                .contains("\"method\":\"POST\"", "\"target\":\"/always?page=2\"", "\"body\":\"all of October\"")
                .contains("\"attempt\":1", "\"queue\":\"default/reports\"", job.substring(job.lastIndexOf('/') + 1))
                .contains("{\"name\":\"x-user\",\"value\":\"amina\"}")
                .doesNotContainIgnoringCase("authorization");
        fixture.awaitState(job, "running");

        HttpResponse<byte[]> done = report(key(leases), "complete?status=201", "done: 42", "content-type", "text/csv");
        assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
        assertThat(text(done)).contains("\"state\":\"succeeded\"");
        HttpResponse<byte[]> result = fixture.get(job + "/result");
        assertThat(result.statusCode()).isEqualTo(201);
        assertThat(text(result)).isEqualTo("done: 42");
        assertThat(result.headers().firstValue("content-type")).contains("text/csv");
        assertThat(fixture.upstream.calls).as("nobody is pushed to").isEmpty();
    }

    @Test
    void requestComesAsItWasSent() {
        String body = "line\r\n".repeat(2_000);
        fixture.submit("/always", body, "content-type", "text/plain", "content-language", "ka");
        String key = key(lease(""));
        HttpResponse<byte[]> request = work("GET", "/_leases/" + key + "/request", "");
        assertThat(text(request)).isEqualTo(body);
        assertThat(request.headers().firstValue("forebay-method")).contains("POST");
        assertThat(request.headers().firstValue("forebay-target")).contains("/always");
        assertThat(request.headers().firstValue("content-type")).contains("text/plain");
        assertThat(request.headers().firstValue("content-language")).contains("ka");
    }

    @Test
    void manyLeasesGoOnInOneCall() {
        for (int i = 0; i < 3; i++) {
            fixture.submit("/always", "order " + i);
        }
        List<MatchResult> leases = Pattern.compile("\"lease\":\"([0-9a-f]+)\".*?\"job\":\"([0-9a-f]+)\"")
                .matcher(lease("?max=3"))
                .results()
                .toList();
        assertThat(leases).hasSize(3);
        String canceled = "/_jobs/" + leases.getLast().group(2);
        assertThat(fixture.send("DELETE", canceled, fixture.amina, "").statusCode())
                .isEqualTo(200);
        String body =
                leases.stream().map(lease -> lease.group(1)).collect(Collectors.joining("\r\n")) + "\n\nnonsense\n";
        HttpResponse<byte[]> beats = work("POST", BEATS, body);
        assertThat(beats.statusCode()).as(text(beats)).isEqualTo(200);
        String until = "\",\"until\":\"20[^\"]*\"\\},\\{\"lease\":\"";
        assertThat(text(beats))
                .matches(Pattern.compile(
                        "\\{\"leases\":\\[\\{\"lease\":\"" + leases.get(0).group(1) + until
                                + leases.get(1).group(1) + until
                                + leases.get(2).group(1) + "\",\"reason\":\"job-canceled\"},"
                                + "\\{\"lease\":\"nonsense\",\"reason\":\"lease-stale\"}]}"));
    }

    @Test
    void ofMoreLeasesThanOneCallTakesAndOfNoneItIsToldSo() {
        for (String body : List.of("", "\n", "0\n".repeat(501))) {
            HttpResponse<byte[]> refused = work("POST", BEATS, body);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(text(refused)).contains("1 to 500 leases");
        }
        assertThat(work("POST", BEATS, "0".repeat(70_000)).statusCode()).isEqualTo(413);
        assertThat(fixture.send("POST", BEATS, fixture.amina, "0").statusCode()).isEqualTo(403);
        assertThat(work("GET", BEATS, "").statusCode()).isEqualTo(405);
    }

    @Test
    void whoMayNotLeaseLearnsNothing() {
        fixture.submit("/always", "order");
        for (String queue : List.of(LEASES, "/_queues/other/leases", "/_queues/default/reports/leases")) {
            HttpResponse<byte[]> refused = fixture.send("POST", queue, fixture.amina, "");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(text(refused)).contains("\"reason\":\"lease-not-permitted\"");
        }
        assertThat(fixture.send("POST", LEASES, "", "").statusCode()).isEqualTo(403);
        String key = key(lease(""));
        HttpResponse<byte[]> stolen = fixture.send("POST", "/_leases/" + key + "/complete", fixture.amina, "mine");
        assertThat(stolen.statusCode()).isEqualTo(403);
        assertThat(fixture.send("GET", "/_leases/" + key + "/request", fixture.amina, "")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void waitingWorkersShareWhatBecomesReady() throws Exception {
        List<CompletableFuture<String>> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            workers.add(CompletableFuture.supplyAsync(() -> lease("?wait=20")));
        }
        Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 3);
        List<String> jobs = List.of(
                fixture.submit("/always", "one"), fixture.submit("/always", "two"), fixture.submit("/always", "three"));
        List<String> given = new ArrayList<>();
        for (CompletableFuture<String> worker : workers) {
            String leases = worker.get(30, TimeUnit.SECONDS);
            Matcher matcher = Pattern.compile("\"job\":\"([0-9a-f-]+)\"").matcher(leases);
            assertThat(matcher.find()).as(leases).isTrue();
            given.add("/_jobs/" + matcher.group(1));
        }
        assertThat(given).containsExactlyInAnyOrderElementsOf(jobs);
    }

    @Test
    void waitEndsWithNothing() {
        long startNs = System.nanoTime();
        assertThat(lease("?wait=1")).isEqualTo("{\"leases\":[]}");
        assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }

    @Test
    void workerThatLeavesTakesNothingWithIt() throws Exception {
        try (Socket leaving = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            leaving.getOutputStream()
                    .write(("POST " + LEASES + "?wait=30 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                                    + "Authorization: Bearer " + fixture.badri + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> fixture.gateway.gateway().longPolls() == 1);
        }
        fixture.submit("/always", "order");
        assertThat(lease("?wait=10")).contains("\"attempt\":1");
    }

    @Test
    void heartbeatKeepsTheLeaseAndSaysWhenTheJobWasCanceled() {
        String job = fixture.submit("/always", "order");
        String key = key(lease(""));
        HttpResponse<byte[]> beat = report(key, "heartbeat", "");
        assertThat(beat.statusCode()).as(text(beat)).isEqualTo(200);
        assertThat(text(beat)).contains("\"lease\":\"" + key + "\"", "\"until\":\"");

        assertThat(fixture.send("DELETE", job, fixture.amina, "").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> over = report(key, "heartbeat", "");
        assertThat(over.statusCode()).isEqualTo(409);
        assertThat(text(over)).contains("\"reason\":\"job-canceled\"");
        assertThat(report(key, "complete", "late").statusCode()).isEqualTo(409);
    }

    @Test
    void failedAttemptsAreTriedAgainAndDeadLettersAreNot() {
        String job = fixture.submit("/always", "order");
        assertThat(text(report(key(lease("")), "fail?reason=paper-jam", "")))
                .contains("\"state\":\"queued\"", "\"reason\":\"paper-jam\"");
        String second = lease("?wait=10");
        assertThat(second).contains("\"attempt\":2");
        HttpResponse<byte[]> dead = report(key(second), "dead-letter?reason=no-such-month", "see the calendar");
        assertThat(text(dead)).contains("\"state\":\"failed\"", "\"reason\":\"no-such-month\"");
        assertThat(text(fixture.get(job + "/result"))).isEqualTo("see the calendar");
    }

    @Test
    void releasedJobsLoseNoAttempt() {
        fixture.submit("/always", "order");
        String key = key(lease(""));
        assertThat(report(key, "release", "").statusCode()).isEqualTo(200);
        String again = lease("?wait=10");
        assertThat(again).contains("\"attempt\":1");
        assertThat(report(key(again), "release?after=3600", "").statusCode()).isEqualTo(200);
        assertThat(lease("")).isEqualTo("{\"leases\":[]}");
    }

    @Test
    void oldLeaseChangesNothing() {
        String job = fixture.submit("/always", "order");
        String old = key(lease(""));
        report(old, "fail", "");
        String current = key(lease("?wait=10"));
        HttpResponse<byte[]> late = report(old, "complete", "late");
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(text(late)).contains("lease-stale");
        assertThat(report(current, "complete", "in time").statusCode()).isEqualTo(200);
        assertThat(text(fixture.get(job + "/result"))).isEqualTo("in time");
        // A token that only looks like the current one.
        String forged = current.substring(0, 40) + "0".repeat(16);
        assertThat(report(forged, "complete", "forged").statusCode()).isEqualTo(409);
    }

    @Test
    void forgedTokenOfARunningJobIsRefused() {
        fixture.submit("/always", "order");
        String current = key(lease(""));
        String forged = current.substring(0, 40) + "0123456789abcdef";
        for (String verb : List.of("heartbeat", "complete", "fail", "release", "dead-letter")) {
            assertThat(report(forged, verb, "").statusCode()).as(verb).isEqualTo(409);
        }
        assertThat(report(current, "complete", "").statusCode()).isEqualTo(200);
    }

    @Test
    void permissionToReadAnyShowsJobsOfOthersAndCancelsNone() {
        String job = fixture.submit("/always", "order");
        String chana = fixture.tokens.token("chana");
        assertThat(fixture.send("GET", job, chana, "").statusCode()).isEqualTo(200);
        assertThat(fixture.send("GET", job, fixture.badri, "").statusCode()).isEqualTo(404);
        assertThat(fixture.send("DELETE", job, chana, "").statusCode()).isEqualTo(404);
    }

    @Test
    void permissionToAdministerCancelsAndRedrivesJobsOfOthers() {
        String dato = fixture.tokens.token("dato");
        String job = fixture.submit("/always", "order");
        assertThat(fixture.send("GET", job, dato, "").statusCode()).isEqualTo(200);
        assertThat(text(fixture.send("DELETE", job, dato, ""))).contains("\"state\":\"canceled\"");
        String dead = fixture.submit("/always", "order");
        assertThat(report(key(lease("")), "fail?retry=false", "no").statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> notMine = fixture.send("POST", dead + "/redrive", fixture.badri, "");
        assertThat(notMine.statusCode()).isEqualTo(404);
        HttpResponse<byte[]> owner = fixture.send("POST", dead + "/redrive", fixture.amina, "");
        assertThat(owner.statusCode()).isEqualTo(403);
        assertThat(text(owner)).contains("admin-not-permitted");
        HttpResponse<byte[]> again = fixture.send("POST", dead + "/redrive", dato, "");
        assertThat(again.statusCode()).as(text(again)).isEqualTo(202);
        String redriven = again.headers().firstValue("location").orElseThrow();
        assertThat(redriven).isNotEqualTo(dead);
        assertThat(fixture.send("POST", dead + "/redrive", dato, "").headers().firstValue("location"))
                .contains(redriven);
        fixture.awaitState(redriven, "queued");
        assertThat(fixture.send("POST", redriven + "/redrive", dato, "").statusCode())
                .isEqualTo(409);
    }

    @Test
    void parametersOutOfRangeAreRefusedWithWhatWasExpected() {
        fixture.submit("/always", "order");
        for (String wrong : List.of("?max=0", "?max=65", "?max=many", "?wait=-1", "?wait=61")) {
            HttpResponse<byte[]> refused = work("POST", LEASES + wrong, "");
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
            assertThat(text(refused)).contains("parameter-invalid", " is ");
        }
        String key = key(lease(""));
        for (String wrong : List.of("complete?status=500", "fail?status=200", "fail?reason=No!", "release?after=x")) {
            assertThat(report(key, wrong, "").statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(work("GET", LEASES, "").statusCode()).isEqualTo(405);
        assertThat(report(key, "explode", "").statusCode()).isEqualTo(404);
        assertThat(report(key, "complete", "").statusCode()).isEqualTo(200);
    }

    @Test
    void leasesOutliveARestartOfTheGateway() throws Exception {
        String job = fixture.submit("/always", "order");
        String key = key(lease(""));
        JobFixture before = fixture;
        fixture = before.restarted(PULL);
        HttpResponse<byte[]> done = before.send("POST", "/_leases/" + key + "/complete", before.badri, "kept");
        assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
        assertThat(text(fixture.send("GET", job + "/result", before.amina, ""))).isEqualTo("kept");
    }
}
