package io.forebay.main.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.StartFailure;
import io.forebay.offload.Answer;
import io.forebay.offload.Caller;
import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `inspect`, `export` and `scrub` on a store with a job that is done, a large one and one that waits.
class StoreCommandsTest {
    private static final int PIECE_BYTES = 60_000;
    private static final byte[] HEAD = """
            FOREBAY/1 10.0.0.1 https 443\r
            POST /reports?month=5 HTTP/1.1\r
            host: shop.test\r
            Authorization: Bearer very-secret\r
            X-Api-Key: key-secret\r
            \r
            """.getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path data = Path.of("");

    private final byte[] large = new byte[(1 << 20) + 77_777];
    private JobId done = JobId.FIRST;
    private JobId waiting = JobId.FIRST;

    @BeforeEach
    void fill() {
        new Random(5).nextBytes(large);
        try (OffloadStore store = OffloadStore.open(
                new RocksFolder(data.resolve("store"), RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE)) {
            StoreCommandsTest.<Long>done(
                    c -> store.jobs().configure(Map.of("default/reports", QueueSettings.DEFAULT), 1, c));
            done = submit(store, 1, Content.of("May".getBytes(StandardCharsets.UTF_8)));
            Lease lease = StoreCommandsTest.<LeaseBatch>done(c ->
                            store.jobs().lease(new LeaseRequest("default/reports", LeaseKind.PUSH, 1, 30_000, 42), c))
                    .leases()
                    .getFirst();
            List<JobEvent> events = List.of(new JobEvent.Progress(40, "half way"));
            StoreCommandsTest.<Integer>done(c -> store.jobs().emit(lease.key(), 0, events, c));
            byte[] lines =
                    "content-type: text/plain\r\nset-cookie: id=very-secret\r\n\r\n".getBytes(StandardCharsets.UTF_8);
            Answer answer = new Answer(200, lines, Content.of("made".getBytes(StandardCharsets.UTF_8)));
            StoreCommandsTest.<Job>done(c -> store.jobs().complete(lease.key(), answer, c));
            waiting = submit(store, 2, spooled(store));
        }
    }

    private static JobId submit(OffloadStore store, int number, Content body) {
        Submission submission = new Submission(
                JobId.of(System.currentTimeMillis(), 0, number),
                "default/reports",
                new Caller("acme", "amina", "idp"),
                new RouteIdentity("default", "reports", "make"),
                HEAD,
                body,
                Timing.NOW,
                null,
                "trace",
                null,
                null,
                Submission.AHEAD_ANY);
        return StoreCommandsTest.<Submitted>done(c -> store.jobs().submit(submission, c))
                .job()
                .id();
    }

    private Content spooled(OffloadStore store) {
        SpoolWriter writer = ((Outcome.Done<SpoolWriter>) store.spool().begin(false)).value();
        for (int at = 0; at < large.length; at += PIECE_BYTES) {
            byte[] piece = java.util.Arrays.copyOfRange(large, at, Math.min(large.length, at + PIECE_BYTES));
            StoreCommandsTest.<Long>done(c -> writer.write(piece, piece.length, c));
        }
        return StoreCommandsTest.<Content.Spooled>done(writer::finish);
    }

    private static <T> T done(Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
        call.accept(outcome::complete);
        try {
            return ((Outcome.Done<T>) outcome.get(20, TimeUnit.SECONDS)).value();
        } catch (Exception e) {
            throw new AssertionError("not done", e);
        }
    }

    private record Ran(int exitCode, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<JsonNode> lines() {
            return out.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
        }
    }

    private static Ran run(Callable<Integer> command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    line.getErr().println(failure.getMessage());
                    return failure instanceof StartFailure start ? start.exitCode() : -1;
                })
                .execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private Path body() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("store/spool"))) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    // ---- inspect

    @Test
    void inspectShowsQueuesAndStates() {
        Ran ran = run(new InspectCommand(), data.toString(), "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json().get("bodyFiles").longValue()).isEqualTo(1);
        assertThat(ran.json().get("bodyBytes").longValue()).isGreaterThan(large.length);
        assertThat(ran.json().get("missingBodies").longValue()).isZero();
        JsonNode queue = ran.json().get("queues").get(0);
        assertThat(queue.get("name").stringValue()).isEqualTo("default/reports");
        assertThat(queue.get("queued").longValue()).isEqualTo(1);
        assertThat(queue.get("succeeded").longValue()).isEqualTo(1);
        assertThat(queue.get("oldestJob").stringValue()).isEqualTo(waiting.text());
        Ran text = run(new InspectCommand(), data.toString(), "--queue", "default/reports");
        assertThat(text.out()).contains("name: default/reports\n", "queued: 1\n", "oldestState: queued\n");
        assertThat(run(new InspectCommand(), data.toString(), "--queue", "other")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void inspectShowsAJobAndItsEvents() {
        Ran ran = run(new InspectCommand(), data.toString(), "--job", done.text(), "--json");
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.json().get("state").stringValue()).isEqualTo("succeeded");
        assertThat(ran.json().get("principal").stringValue()).isEqualTo("amina");
        assertThat(ran.json().get("answerStatus").intValue()).isEqualTo(200);
        assertThat(ran.json().get("events").get(0).get("message").stringValue()).isEqualTo("half way");
        assertThat(ran.json().has("finished")).isTrue();
        assertThat(run(new InspectCommand(), data.toString(), "--job", "abc").exitCode())
                .isEqualTo(64);
        Ran unknown = run(new InspectCommand(), data.toString(), "--job", "0".repeat(32));
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("there is no job");
    }

    @Test
    void whereThereIsNoStoreIsExitCode65() {
        Ran ran = run(new InspectCommand(), data.resolve("nowhere").toString());
        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err()).contains("there is no store in " + data.resolve("nowhere"));
    }

    // ---- backup

    /// A guess would show the operators' token to whoever listens there.
    @Test
    void operatorsPortOfARunningGatewayIsNotGuessed() throws IOException {
        Files.writeString(data.resolve("admin.token"), "secret");
        String to = data.resolve("backup").toString();
        try (RocksFolder _ = new RocksFolder(data.resolve("store"), RocksSettings.DEFAULT)) {
            Ran unsaid = run(new BackupCommand(), "--data", data.toString(), "--to", to);
            assertThat(unsaid.exitCode()).isEqualTo(64);
            assertThat(unsaid.err()).contains("must be said by --config or --admin-port", "admin.address");
            Files.writeString(data.resolve("admin.address"), "http://127.0.0.1:1\n");
            Ran written = run(new BackupCommand(), "--data", data.toString(), "--to", to);
            assertThat(written.exitCode()).isEqualTo(64);
            assertThat(written.err()).contains("no operators' port at http://127.0.0.1:1");
        }
    }

    // ---- export

    @Test
    void exportPrintsJobsWithBodiesAndWithoutSecrets() {
        Ran ran = run(new ExportCommand(), data.toString());
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.lines()).hasSize(2);
        assertThat(ran.out()).doesNotContain("secret");
        JsonNode large = ran.lines().stream()
                .filter(line -> line.get("id").stringValue().equals(waiting.text()))
                .findFirst()
                .orElseThrow();
        assertThat(decoded(large, "requestBody")).isEqualTo(this.large);
        JsonNode small = ran.lines().stream()
                .filter(line -> line.get("id").stringValue().equals(done.text()))
                .findFirst()
                .orElseThrow();
        assertThat(decoded(small, "requestBody")).asString().isEqualTo("May");
        assertThat(decoded(small, "resultBody")).asString().isEqualTo("made");
        assertThat(small.get("requestHead").get(1).stringValue()).isEqualTo("POST /reports?month=5 HTTP/1.1");
        assertThat(small.get("requestHead").get(3).stringValue()).isEqualTo("Authorization: ***");
        assertThat(small.get("resultHead").get(1).stringValue()).isEqualTo("set-cookie: ***");
    }

    private static byte[] decoded(JsonNode line, String name) {
        return Base64.getDecoder().decode(requireNonNull(line.get(name)).stringValue());
    }

    @Test
    void exportTakesPartsOfIt() {
        Ran bare = run(new ExportCommand(), data.toString(), "--no-bodies", "--state", "succeeded");
        assertThat(bare.lines()).hasSize(1);
        assertThat(bare.lines().getFirst().get("id").stringValue()).isEqualTo(done.text());
        assertThat(bare.lines().getFirst().has("requestBody")).isFalse();
        assertThat(bare.lines().getFirst().has("requestHead")).isTrue();
        assertThat(run(new ExportCommand(), data.toString(), "--queue", "other").exitCode())
                .isEqualTo(1);
        Ran unknown = run(new ExportCommand(), data.toString(), "--state", "done");
        assertThat(unknown.exitCode()).isEqualTo(64);
        assertThat(unknown.err()).contains("scheduled, queued, running, succeeded, failed, canceled, expired: done");
    }

    @Test
    void exportCutsWhatIsDamagedShortAndGoesOn() throws IOException {
        flip(body(), 400_000);
        Ran ran = run(new ExportCommand(), data.toString());
        assertThat(ran.exitCode()).isEqualTo(65);
        assertThat(ran.err()).contains("job " + waiting.text() + " is left out or cut short: damaged: " + body());
        assertThat(ran.lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line.has("requestBodyCut")).isTrue());
        Files.delete(body());
        assertThat(run(new ExportCommand(), data.toString()).lines())
                .anySatisfy(line -> assertThat(line.has("requestBodyGone")).isTrue());
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 4);
        }
    }
    // ---- scrub

    @Test
    void scrubNamesWhatIsDamaged() throws IOException {
        Ran well = run(new ScrubCommand(), data.toString(), "--rate", "1Gi");
        assertThat(well.exitCode()).as(well.out() + well.err()).isZero();
        assertThat(well.out()).contains("read 2 jobs and 1 bodies above 1 MiB: all is as it was written");
        flip(body(), 400_000);
        Ran damaged = run(new ScrubCommand(), data.toString(), "--json");
        assertThat(damaged.exitCode()).isEqualTo(65);
        assertThat(damaged.lines().getFirst().get("damage").stringValue()).contains(body().toString());
        assertThat(damaged.lines().getLast().get("damaged").longValue()).isEqualTo(1);
        assertThat(run(new ScrubCommand(), data.toString(), "--rate", "fast").exitCode())
                .isEqualTo(64);
    }
}
