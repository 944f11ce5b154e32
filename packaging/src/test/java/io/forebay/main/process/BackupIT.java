package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.main.quickstart.TokenIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A backup of the packaged process while clients submit, taken elsewhere and started there; and one in the midst of
/// which the process is killed.
@Timeout(300)
class BackupIT {
    private static final int LARGE_CHARACTERS = 2 << 20;
    private static final int ENOUGH_JOBS = 40;

    @TempDir
    private Path folder;

    private int port;
    private int adminPort;
    private String token = "";

    @SuppressWarnings("NullAway.Init") // set before each test
    private TokenIssuer issuer;

    @BeforeEach
    void prepare() throws Exception {
        issuer = TokenIssuer.create(new SecureRandom());
        token = issuer.token("backup-test", TokenIssuer.SCOPE, Instant.now(), Duration.ofHours(1));
        port = GatewayUnderTest.freePort();
        adminPort = GatewayUnderTest.freePort();
    }

    /// A job that was acknowledged: where it is, what it was, and when its 202 had come.
    private record Accepted(String location, String body, Instant at) {}

    @Test
    void whatWasAcknowledgedBeforeABackupIsWhereItIsRestored() throws Exception {
        Map<String, Accepted> accepted = new ConcurrentHashMap<>();
        Path to = folder.resolve("backups/first");
        JsonNode taken;
        try (WorkUpstream upstream = new WorkUpstream()) {
            JobPolicy.write(folder, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = start(folder)) {
                killInTheMidstOfABackup(gateway, accepted);
                taken = takenUnderLoad(gateway.data(), to, accepted);
                gateway.stop();
            }
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            String restored = restore(to, elsewhere.resolve("data"), 0);
            assertThat(restored).contains("jobs submitted since are unknown");
            JobPolicy.write(elsewhere, issuer, port, upstream.port());
            try (GatewayUnderTest gateway = start(elsewhere)) {
                assertThat(gateway.log()).doesNotContain("damaged");
                checkRestored(accepted, Instant.parse(taken.get("taken").stringValue()));
            }
        }
    }

    private GatewayUnderTest start(Path at) throws IOException, InterruptedException {
        return GatewayUnderTest.start(
                at,
                "--admin-port",
                String.valueOf(adminPort),
                "--set",
                "backup.directory=" + folder.resolve("backups"));
    }

    // ---- killed

    /// A body that nobody ever finishes reading holds the backup up for as long as it takes to kill the process.
    private void killInTheMidstOfABackup(GatewayUnderTest gateway, Map<String, Accepted> accepted) throws Exception {
        try (JobClient client = new JobClient(port, token)) {
            submit(client, "large-0", "x".repeat(LARGE_CHARACTERS), accepted);
        }
        Path spool = gateway.data().resolve("store/spool");
        await().ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> GatewayUnderTest.files(spool).size() >= 2);
        Path body = GatewayUnderTest.files(spool).getFirst();
        Path aside = Files.move(body, folder.resolve("aside"));
        assertThat(new ProcessBuilder("mkfifo", body.toString()).start().waitFor())
                .isZero();

        HttpResponse<String> begun = operator(gateway, "POST", "?name=killed");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        assertThat(begun.body()).contains("\"state\":\"running\"");
        HttpResponse<String> second = operator(gateway, "POST", "?name=second");
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("backup-under-way");
        Path killed = folder.resolve("backups/killed");
        await().until(() -> Files.exists(killed.resolve("store/spool")));
        gateway.kill();

        assertThat(killed.resolve("store/rocks/CURRENT")).exists();
        assertThat(restore(killed, folder.resolve("nowhere"), 65))
                .contains("is no backup, or one that was not finished");
        assertThat(folder.resolve("nowhere")).doesNotExist();
        Files.delete(body);
        Files.move(aside, body);
        assertThat(gateway.data().resolve("store/looks")).isNotEmptyDirectory();
        gateway.restart();
        assertThat(gateway.data().resolve("store/looks")).isEmptyDirectory();
    }

    private HttpResponse<String> operator(GatewayUnderTest gateway, String method, String query) throws Exception {
        String secret = Files.readString(gateway.data().resolve("admin.token")).strip();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/api/v1/backups" + query))
                            .header("Authorization", "Bearer " + secret)
                            .method(method, BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    // ---- under load

    private JsonNode takenUnderLoad(Path data, Path to, Map<String, Accepted> accepted) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread submitting = Thread.ofPlatform().start(() -> submitUntil(over, accepted));
        Checkout.Finished run;
        try {
            await().until(() -> accepted.size() > ENOUGH_JOBS);
            run = Checkout.run(
                    120, Checkout.java("backup", "--data", data.toString(), "--to", to.toString(), "--json"), Map.of());
        } finally {
            over.set(true);
            submitting.join();
        }
        assertThat(run.exitCode()).as(run.output()).isZero();
        String line = run.output()
                .lines()
                .filter(text -> text.startsWith("{\"folder\""))
                .findFirst()
                .orElseThrow();
        JsonNode taken = JsonMapper.shared().readTree(line);
        Instant moment = Instant.parse(taken.get("taken").stringValue());
        assertThat(accepted.values()).anyMatch(job -> job.at().isBefore(moment));
        assertThat(accepted.values())
                .as("submits went on")
                .anyMatch(job -> job.at().isAfter(moment));
        return taken;
    }

    private void submitUntil(AtomicBoolean over, Map<String, Accepted> accepted) {
        try (JobClient client = new JobClient(port, token)) {
            for (int number = 1; !over.get(); number++) {
                boolean isLarge = number % 25 == 5;
                submit(
                        client,
                        (isLarge ? "large-" : "small-") + number,
                        "body " + number + (isLarge ? "y".repeat(LARGE_CHARACTERS) : ""),
                        accepted);
            }
        } catch (IOException e) {
            throw new AssertionError("a submit failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void submit(JobClient client, String key, String body, Map<String, Accepted> accepted)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.submit(key, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String location = answer.headers().firstValue("Location").orElseThrow();
        accepted.put(key, new Accepted(location, body, Instant.now()));
    }

    // ---- elsewhere

    private String restore(Path from, Path data, int exitCode) {
        Checkout.Finished run = Checkout.run(
                120, Checkout.java("restore", "--from", from.toString(), "--data", data.toString()), Map.of());
        assertThat(run.exitCode()).as(run.output()).isEqualTo(exitCode);
        return run.output();
    }

    private void checkRestored(Map<String, Accepted> accepted, Instant moment) throws Exception {
        List<Accepted> before = accepted.values().stream()
                .filter(job -> job.at().isBefore(moment))
                .toList();
        assertThat(before).hasSizeGreaterThan(ENOUGH_JOBS);
        try (JobClient client = new JobClient(port, token)) {
            for (Accepted job : before) {
                String status = "";
                while (!status.contains("\"succeeded\"")) {
                    status = client.await(job.location()).body();
                }
                HttpResponse<String> result = client.get(job.location() + "/result");
                assertThat(result.body()).isEqualTo("done: " + job.body());
            }
        }
    }
}
