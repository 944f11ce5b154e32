package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.bytes;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.simulation.SilentFailures;
import io.forebay.offload.storage.CommitSeam;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Bodies too large for memory: each is a file, and each file is a job's or nobody's.
@ExtendWith(SilentFailures.class)
final class SpoolComponentTest {
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 4 << 20, 16 << 20, 0, 64 << 20);
    private static final int BODY_BYTES = (3 << 20) + 12_345;

    @TempDir
    Path folder = Path.of("");

    private final Random random = new Random(7);
    private TestStore store = new TestStore();

    @BeforeEach
    void open() {
        store.close();
        store = TestStore.withQueue(() -> new RocksFolder(folder, SMALL));
        store.configure(Map.of("q", withBodyMax(4 << 20)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private byte[] body() {
        byte[] body = new byte[BODY_BYTES];
        random.nextBytes(body);
        return body;
    }

    private Submission submission(Content body, @Nullable Idempotency idempotency) {
        return TestStore.with(store.submission("x"), body, idempotency, null);
    }

    private Job submit(Content body) {
        return store.submit(submission(body, null));
    }

    private StoredPart part(JobId id, PayloadPart part) {
        return value(TestStore.<StoredPart>done(c -> store.reader().part(id, part, c)));
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(folder.resolve("spool"))) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// A walk that meets a file which is deleted just then fails, and is made again.
    private void awaitFiles(int count) {
        await().ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(files()).hasSize(count));
    }

    @Test
    void whatWasSubmittedIsReadFromAnywhereAlsoAfterARestart() throws Exception {
        byte[] body = body();
        Content.Spooled content = store.spooled(body);
        assertThat(content.sha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(body));
        Job job = submit(content);
        assertThat(job.sizes().requestBodyBytes()).isEqualTo(BODY_BYTES);
        store.restart();
        StoredPart part = part(job.id(), PayloadPart.REQUEST_BODY);
        assertThat(part.bytes()).isEqualTo(BODY_BYTES);
        assertThat(part.isInMemory()).isFalse();
        for (long from : new long[] {0, 1, 65_535, 65_536, 300_000, BODY_BYTES - 1L, BODY_BYTES}) {
            assertThat(TestStore.read(part, from))
                    .isEqualTo(java.util.Arrays.copyOfRange(body, (int) from, BODY_BYTES));
        }
        assertThat(refusal(TestStore.<byte[]>done(c -> store.reader().payload(job.id(), PayloadPart.REQUEST_BODY, c))))
                .isInstanceOf(StoreRefusal.PayloadTooLarge.class);
        assertThat(store.request(job.id())).isNull();
    }

    @Test
    void aSmallPartIsReadTheSameWay() {
        Job job = submit(Content.of(bytes("small")));
        StoredPart part = part(job.id(), PayloadPart.REQUEST_BODY);
        assertThat(part.isInMemory()).isTrue();
        assertThat(TestStore.read(part, 2)).isEqualTo(bytes("all"));
    }

    @Test
    void aResultIsKeptAndGoesWithItsRetention() {
        Job job = submit(Content.of(bytes("small")));
        byte[] result = body();
        Answer answer = new Answer(200, bytes("h"), store.spooled(result));
        Lease lease = store.leaseOne();
        Job over = value(TestStore.<Job>done(c -> store.jobs().complete(lease.key(), answer, c)));
        assertThat(over.sizes().resultBodyBytes()).isEqualTo(BODY_BYTES);
        StoredPart part = part(job.id(), PayloadPart.RESULT_BODY);
        assertThat(TestStore.read(part, 0)).isEqualTo(result);
        store.time.advance(SETTINGS.retention().resultMs() + 1_000);
        store.submit(store.submission("wakes the writer"));
        awaitFiles(0);
        assertThat(refusal(TestStore.<byte[]>done(c -> part.read(0, c)))).isInstanceOf(StoreRefusal.PayloadGone.class);
    }

    @Test
    void aRepeatLeavesNoFileOfItsOwn() {
        byte[] body = body();
        Job job = store.submit(submission(store.spooled(body), key("k", "same")));
        Job again = store.submit(submission(store.spooled(body), key("k", "same")));
        assertThat(again.id()).isEqualTo(job.id());
        awaitFiles(1);
        assertThat(TestStore.read(part(job.id(), PayloadPart.REQUEST_BODY), 0)).isEqualTo(body);
    }

    @Test
    void theSameSubmissionOfferedAgainKeepsItsFile() {
        byte[] body = body();
        Submission submission = submission(store.spooled(body), null);
        store.seam().failNext(CommitSeam.Fault.WRITTEN_BUT_FAILED);
        assertThat(refusal(store.submitLater(submission))).isInstanceOf(StoreRefusal.Unavailable.class);
        await().until(() -> store.submitLater(submission).get() instanceof Outcome.Done);
        assertThat(files()).hasSize(1);
        assertThat(TestStore.read(part(submission.id(), PayloadPart.REQUEST_BODY), 0))
                .isEqualTo(body);
    }

    @Test
    void whatIsDiscardedWhileTheStoreIsAwayGoesOnceItIsBack() {
        Content.Spooled content = store.spooled(body());
        store.seam().failNext(CommitSeam.Fault.LOST);
        CompletableFuture<Outcome<Submitted>> lost = store.submitLater(submission(content, null));
        lost.thenAccept(refused -> store.spool().discard(content));
        assertThat(refusal(lost)).isInstanceOf(StoreRefusal.Unavailable.class);
        awaitFiles(0);

        Content.Spooled written = store.spooled(body());
        Submission submission = submission(written, null);
        store.seam().failNext(CommitSeam.Fault.WRITTEN_BUT_FAILED);
        CompletableFuture<Outcome<Submitted>> unknown = store.submitLater(submission);
        unknown.thenAccept(refused -> store.spool().discard(written));
        assertThat(refusal(unknown)).isInstanceOf(StoreRefusal.Unavailable.class);
        await().until(() -> store.submitLater(submission).get() instanceof Outcome.Done);
        await().during(Duration.ofSeconds(1)).until(() -> files().size() == 1);
    }

    @Test
    void whatIsRefusedIsTheCallersToDiscard() {
        store.configure(Map.of("q", withBodyMax(2 << 20)));
        Content.Spooled content = store.spooled(body());
        assertThat(refusal(store.submitLater(submission(content, null))))
                .isEqualTo(new StoreRefusal.PayloadTooLarge(BODY_BYTES, 2 << 20));
        assertThat(files()).hasSize(1);
        store.spool().discard(content);
        awaitFiles(0);
    }

    private static QueueSettings withBodyMax(long bytes) {
        QueueSettings.Limits limits = SETTINGS.limits();
        return new QueueSettings(
                SETTINGS.concurrency(),
                SETTINGS.attemptTimeoutMs(),
                SETTINGS.retry(),
                QueueSettings.Tenants.ALIKE,
                new QueueSettings.Limits(limits.depthMax(), limits.bytesMax(), bytes, 4 << 20),
                SETTINGS.retention());
    }

    @Test
    void aRedrivenJobTakesItsFileAlong() {
        byte[] body = body();
        Job old = submit(store.spooled(body));
        Lease lease = store.leaseOne();
        value(store.failLater(lease, Failure.fatal("status-400", new Answer(400, bytes("h"), store.spooled(body())))));
        Job next = value(TestStore.<Job>done(c -> store.jobs().redrive(old.id(), c)));
        assertThat(store.request(next.id()))
                .as("a request that comes whole with its lease")
                .isNull();
        assertThat(TestStore.read(part(next.id(), PayloadPart.REQUEST_BODY), 0)).isEqualTo(body);
        assertThat(refusal(TestStore.<StoredPart>done(c -> store.reader().part(old.id(), PayloadPart.REQUEST_BODY, c))))
                .isInstanceOf(StoreRefusal.PayloadGone.class);
        assertThat(part(old.id(), PayloadPart.RESULT_BODY).bytes()).isEqualTo(BODY_BYTES);
        store.restart();
        assertThat(TestStore.read(part(next.id(), PayloadPart.REQUEST_BODY), 0)).isEqualTo(body);
        store.time.advance(SETTINGS.retention().deadLetterMs() + 1_000);
        store.submit(store.submission("wakes the writer"));
        // The old job's answer goes; the new job waits for its time and keeps its request.
        awaitFiles(1);
        assertThat(TestStore.read(part(next.id(), PayloadPart.REQUEST_BODY), 0)).isEqualTo(body);
    }

    @Test
    void theAnswerOfAnAttemptThatIsRepeatedIsNotKept() {
        submit(Content.of(bytes("small")));
        Failure failure =
                new Failure("status-503", true, 0, false, false, new Answer(503, bytes("h"), store.spooled(body())));
        value(store.failLater(store.leaseOne(), failure));
        awaitFiles(0);
    }

    @Test
    void whatNobodyRefersToIsFoundByTheNextRun() {
        byte[] body = body();
        Job job = submit(store.spooled(body));
        store.spooled(body());
        SpoolWriter unfinished = ((Outcome.Done<SpoolWriter>) store.spool().begin(false)).value();
        value(TestStore.<Long>done(c -> unfinished.write(new byte[10], 10, c)));
        assertThat(files()).hasSize(3);
        store.restart();
        awaitFiles(1);
        assertThat(TestStore.read(part(job.id(), PayloadPart.REQUEST_BODY), 0)).isEqualTo(body);
        value(TestStore.<Job>done(c -> store.jobs().cancel(job.id(), c)));
        store.time.advance(SETTINGS.retention().resultMs() + 1_000);
        store.submit(store.submission("wakes the writer"));
        awaitFiles(0);
        store.restart();
        store.restart();
        await().untilAsserted(() -> assertThat(folder.resolve("spool")).isDirectoryNotContaining("glob:**/[12]"));
    }

    @Test
    void aFileThatIsNotAsItWasIsNeverReadOut() throws IOException {
        Job job = submit(store.spooled(body()));
        StoredPart part = part(job.id(), PayloadPart.REQUEST_BODY);
        Path file = files().getFirst();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(700_000);
            int was = bytes.read();
            bytes.seek(700_000);
            bytes.write(was ^ 4);
        }
        assertThat(value(TestStore.<byte[]>done(c -> part.read(0, c)))).hasSize(StoredPart.PIECE_BYTES_MAX);
        assertThat(refusal(TestStore.<byte[]>done(c -> part.read(650_000, c))))
                .isInstanceOf(StoreRefusal.Damaged.class);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() - 1);
        }
        assertThat(refusal(TestStore.<StoredPart>done(c -> store.reader().part(job.id(), PayloadPart.REQUEST_BODY, c))))
                .isInstanceOf(StoreRefusal.Damaged.class);
        Files.delete(file);
        assertThat(refusal(TestStore.<byte[]>done(c -> part.read(0, c)))).isInstanceOf(StoreRefusal.Damaged.class);
        assertThat(store.damages).hasSize(3);
    }

    @Test
    void aDiscardedFileIsGone() {
        SpoolWriter writer = ((Outcome.Done<SpoolWriter>) store.spool().begin(true)).value();
        value(TestStore.<Long>done(c -> writer.write(new byte[100], 100, c)));
        writer.discard();
        awaitFiles(0);
    }
}
