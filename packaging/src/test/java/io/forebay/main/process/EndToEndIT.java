package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The quickstart stays up, and the `curl` lines it prints are run as they are printed.
class EndToEndIT {
    private static final String LAST_LINE = "/status";
    private static final Pattern CURL = Pattern.compile("# (.*)\n(curl .*)");

    private static final Pattern LOCATION = Pattern.compile("(?m)^location: (\\S+)");
    /// A job changes twice; each poll waits up to 10 s for that.
    private static final int POLLS_MAX = 10;

    @TempDir
    private static Path folder;

    private static Process quickstart;
    private static Map<String, String> lines = Map.of();

    @BeforeAll
    static void startAndReadTheLines() throws IOException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        "./forebay",
                        "quickstart",
                        "--data",
                        folder.resolve("tour").toString(),
                        "--port",
                        String.valueOf(GatewayUnderTest.freePort()),
                        "--admin-port",
                        String.valueOf(GatewayUnderTest.freePort()))
                .directory(Checkout.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        Checkout.prepare(builder.environment());
        quickstart = builder.start();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !quickstart.isAlive() || Files.readString(output).contains(LAST_LINE));
        assertThat(quickstart.isAlive()).as(Files.readString(output)).isTrue();
        lines = new LinkedHashMap<>();
        Matcher matcher = CURL.matcher(Files.readString(output));
        while (matcher.find()) {
            lines.put(matcher.group(1), matcher.group(2));
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        List<ProcessHandle> children = quickstart.children().toList();
        quickstart.destroy();
        quickstart.waitFor();
        assertThat(children).as("the gateway is a child").isNotEmpty();
        assertThat(children).as("and ends with its parent").noneMatch(ProcessHandle::isAlive);
        GatewayUnderTest.failOnLeaks(Checkout.text(folder.resolve("tour").resolve("gateway.log")));
    }

    @Test
    void routedCallIs200OverHttp2() {
        assertThat(answer("200 over HTTP/2")).startsWith("HTTP/2 200");
    }

    @Test
    void routedCallIs200OverHttp1() {
        assertThat(answer("200 over HTTP/1.1")).startsWith("HTTP/1.1 200");
    }

    @Test
    void callWithoutCertificateGetsNoAnswer() {
        Checkout.Finished curl = run("no certificate: the handshake is refused");

        assertThat(curl.exitCode()).isNotZero();
        assertThat(curl.output()).doesNotContain("HTTP/");
    }

    @Test
    void callWithoutTokenIs401WithAChallenge() {
        assertThat(answer("401 without a token"))
                .startsWith("HTTP/2 401")
                .contains("www-authenticate: Bearer", "application/problem+json");
    }

    @Test
    void callWithoutScopeIs403() {
        assertThat(answer("403 with a token that lacks the scope")).startsWith("HTTP/2 403");
    }

    @Test
    void twelfthCallInARowIs429WithRateLimitFields() {
        String answers = answer("12 calls in a row: the last ones are 429 with RateLimit fields");

        assertThat(answers.substring(answers.lastIndexOf("HTTP/2 ")))
                .startsWith("HTTP/2 429")
                .contains("ratelimit: ", "ratelimit-policy: ", "retry-after: ");
    }

    @Test
    void reportThatIsWaitedForIs200() {
        assertThat(answer("a report, waited for: 200 after 2 seconds"))
                .startsWith("HTTP/2 200")
                .contains("all of May");
    }

    @Test
    void offloadedReportIs202WithLocation() {
        assertThat(answer("202 with the Location of a job"))
                .startsWith("HTTP/2 202")
                .contains("location: /_jobs/", "preference-applied: respond-async");
    }

    @Test
    void offloadedReportIsFollowedByLongPollsToItsResult() {
        Matcher location = LOCATION.matcher(answer("202 with the Location of a job"));
        assertThat(location.find()).isTrue();
        String poll = line("its status, answered when it changes");
        String mine = poll.replaceFirst("/_jobs/.*", location.group(1)).replaceFirst("^curl ", "curl -sS ");
        String status = "";
        for (int polls = 0; polls < POLLS_MAX && !status.contains("\"state\":\"succeeded\""); polls++) {
            status = run(poll, mine).output();
            assertThat(status).startsWith("HTTP/2 200");
        }

        assertThat(run(poll, mine + "/result").output())
                .startsWith("HTTP/2 200")
                .contains("all of May");
    }

    @Test
    void statusOfAJobIs200WithATag() {
        assertThat(answer("a job's status (this one is finished; put in the Location of yours)"))
                .startsWith("HTTP/2 200")
                .contains("etag: ", "\"state\":\"succeeded\"");
        assertThat(answer("its status, answered when it changes")).startsWith("HTTP/2 200");
    }

    @Test
    void statusThatIsKnownIs304() {
        assertThat(answer("304")).startsWith("HTTP/2 304");
    }

    @Test
    void resultIsByteByByteWhatTheUpstreamSends() {
        String title = "its result";
        String bytes = run(title, line(title).replace("curl -i ", "curl -sS ")).output();

        assertThat(bytes.getBytes(StandardCharsets.UTF_8)).isEqualTo("""
                        Report for: all of October
                        Lentil soup         41
                        Trout with almonds  17
                        Plum dumplings      58
                        Guests were pleased – “très bien”.
                        """.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void operatorsSeeTheGateway() {
        assertThat(run("what operators see").output()).contains("\"transport\"");
    }

    private static String answer(String title) {
        Checkout.Finished curl = run(title);
        assertThat(curl.exitCode()).as(curl.output()).isZero();
        return curl.output();
    }

    private static Checkout.Finished run(String title) {
        return run(title, line(title).replaceFirst("^curl ", "curl -sS "));
    }

    private static Checkout.Finished run(String title, String line) {
        return Checkout.run(60, List.of("bash", "-c", line), Map.of("TITLE", title));
    }

    private static String line(String title) {
        assertThat(lines).containsKey(title);
        return lines.getOrDefault(title, "");
    }
}
