package io.forebay.offload.intake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Answer;
import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Dedup;
import io.forebay.offload.Failure;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobFilter;
import io.forebay.offload.JobId;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.Spool;
import io.forebay.offload.SpoolWriter;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.StoredPart;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.storage.CommitSeam;
import io.forebay.offload.storage.MemoryFolder;
import io.forebay.offload.storage.StorageOpener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A real store over a seam, with time in hand and calls that wait for their outcome.
final class TestStore implements AutoCloseable {
    static final QueueSettings SETTINGS = new QueueSettings(
            8,
            60_000,
            new QueueSettings.Retry(3, 1_000, 8_000),
            QueueSettings.Tenants.ALIKE,
            new QueueSettings.Limits(1_000_000, 1L << 30, 4 << 20, 4 << 20),
            new QueueSettings.Retention(10_000, 20_000));

    static final QueueOperation REDRIVE_ALL = new QueueOperation(QueueOperation.Action.REDRIVE, JobFilter.ALL, 0);

    final ManualTime time = new ManualTime();
    final ConcurrentLinkedQueue<String> changes = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> readySignals = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Integer> batchSizes = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> damages = new ConcurrentLinkedQueue<>();
    private final Supplier<StorageOpener> folder;
    private StoreSettings settings = StoreSettings.DEFAULT;
    private CommitSeam seam;
    private OffloadStore store;
    private int lastSubmission;

    TestStore() {
        this(inMemory());
    }

    TestStore(Supplier<StorageOpener> folder) {
        this.folder = folder;
        this.seam = new CommitSeam(folder.get());
        this.store = opened();
    }

    private static Supplier<StorageOpener> inMemory() {
        MemoryFolder memory = new MemoryFolder();
        return () -> memory;
    }

    static TestStore withQueue() {
        TestStore store = new TestStore();
        store.configure(Map.of("q", SETTINGS));
        return store;
    }

    static TestStore withQueue(Supplier<StorageOpener> folder) {
        TestStore store = new TestStore(folder);
        try {
            store.configure(Map.of("q", SETTINGS));
        } catch (AssertionError e) {
            // Else its writer would go on in the folder.
            store.close();
            throw e;
        }
        return store;
    }

    private OffloadStore opened() {
        return OffloadStore.open(seam, settings, time, new Listening(), new Observing());
    }

    private final class Listening implements StoreListener {
        @Override
        public void changed(JobId id, long version, JobState state) {
            changes.add(id.text() + " " + state);
        }

        @Override
        public void emitted(JobId id) {
            changes.add(id.text() + " emitted");
        }

        @Override
        public void ready(String queue) {
            readySignals.add(queue);
        }
    }

    private final class Observing implements StoreObserver {
        @Override
        public void committed(int commands, long bytes, long durationNs) {
            batchSizes.add(commands);
        }

        @Override
        public void refused(StoreRefusal refusal) {}

        @Override
        public void stalled() {}

        @Override
        public void commitFailed(String reason) {}

        @Override
        public void opened(long durationNs, int replayed) {}

        @Override
        public void damaged(String where) {
            damages.add(where);
        }
    }

    void settings(StoreSettings next) {
        settings = next;
        restart();
    }

    /// Closes and opens again: another process, as far as the store can tell.
    void restart() {
        restart(next -> {});
    }

    /// With something planted before it opens.
    void restart(Consumer<CommitSeam> planting) {
        store.close();
        CommitSeam next = new CommitSeam(folder.get());
        planting.accept(next);
        seam = next;
        store = opened();
    }

    CommitSeam seam() {
        return seam;
    }

    OffloadStore open() {
        return store;
    }

    JobStore jobs() {
        return store.jobs();
    }

    JobReader reader() {
        return store.reader();
    }

    Spool spool() {
        return store.spool();
    }

    void configure(Map<String, QueueSettings> queues) {
        value(TestStore.<Long>done(c -> jobs().configure(queues, 1, c)));
    }

    QueueStats stats() {
        return requireNonNull(reader().queues().get("q"), "queue");
    }

    // ---- submissions

    Submission submission(String body) {
        return submission(body, Timing.NOW, null, "tenant-a");
    }

    Submission submission(String body, Timing timing, @Nullable Idempotency idempotency, String tenant) {
        return submission(body, timing, idempotency, tenant, null, Submission.AHEAD_ANY);
    }

    Submission submission(
            String body,
            Timing timing,
            @Nullable Idempotency idempotency,
            String tenant,
            @Nullable Callback callback,
            long aheadMax) {
        lastSubmission++;
        return new Submission(
                JobId.of(time.wallMs(), 1, 0x5eed_0000_0000L + lastSubmission),
                "q",
                new Caller(tenant, "principal", "provider"),
                new RouteIdentity("ns", "route", "rule"),
                bytes("POST /" + lastSubmission),
                Content.of(bytes(body)),
                timing,
                idempotency,
                "trace-" + lastSubmission,
                callback,
                null,
                aheadMax);
    }

    /// The same with another body, and with what tells it from others or makes it one with them.
    static Submission with(Submission plain, Content body, @Nullable Idempotency idempotency, @Nullable Dedup dedup) {
        return new Submission(
                plain.id(),
                plain.queue(),
                plain.caller(),
                plain.route(),
                plain.requestHead(),
                body,
                plain.timing(),
                idempotency,
                plain.traceId(),
                plain.callback(),
                dedup,
                plain.aheadMax());
    }

    static Idempotency key(String key, String request) {
        byte[] fingerprint = new byte[Idempotency.FINGERPRINT_BYTES];
        byte[] text = bytes(request);
        System.arraycopy(text, 0, fingerprint, 0, Math.min(text.length, fingerprint.length));
        return new Idempotency("scope", key, fingerprint, 5_000);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Answer answer(String body) {
        return new Answer(200, bytes("content-type: text/plain"), bytes(body));
    }

    // ---- the spool

    /// Writes it in pieces that do not fit the chunks.
    Content.Spooled spooled(byte[] body) {
        SpoolWriter writer = ((Outcome.Done<SpoolWriter>) spool().begin(false)).value();
        for (int at = 0; at < body.length; at += 50_000) {
            byte[] piece = Arrays.copyOfRange(body, at, Math.min(body.length, at + 50_000));
            assertThat(value(TestStore.<Long>done(c -> writer.write(piece, piece.length, c))))
                    .isEqualTo(at + piece.length);
        }
        return value(TestStore.<Content.Spooled>done(writer::finish));
    }

    /// What a part is from there on.
    static byte[] read(StoredPart part, long from) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (long at = from; at < part.bytes(); at = from + all.size()) {
            long next = at;
            byte[] piece = value(TestStore.<byte[]>done(c -> part.read(next, c)));
            assertThat(piece.length).isBetween(1, StoredPart.PIECE_BYTES_MAX);
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    // ---- calls that wait

    static <T> CompletableFuture<Outcome<T>> done(Consumer<Completion<T>> call) {
        CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
        call.accept(future::complete);
        return future;
    }

    static <T> Outcome<T> outcome(CompletableFuture<Outcome<T>> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no outcome", e);
        }
    }

    static <T> T value(CompletableFuture<Outcome<T>> future) {
        return switch (outcome(future)) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T>(StoreRefusal refusal) -> throw new AssertionError("refused: " + refusal);
        };
    }

    static <T> StoreRefusal refusal(CompletableFuture<Outcome<T>> future) {
        return switch (outcome(future)) {
            case Outcome.Done<T>(T value) -> throw new AssertionError("done: " + value);
            case Outcome.Refused<T>(StoreRefusal refusal) -> refusal;
        };
    }

    CompletableFuture<Outcome<Submitted>> submitLater(Submission submission) {
        return TestStore.<Submitted>done(c -> jobs().submit(submission, c));
    }

    Job submit(Submission submission) {
        return value(submitLater(submission)).job();
    }

    CompletableFuture<Outcome<LeaseBatch>> leaseLater(int max) {
        return leaseLater(max, LeaseKind.PUSH);
    }

    CompletableFuture<Outcome<LeaseBatch>> leaseLater(int max, LeaseKind kind) {
        LeaseRequest request = new LeaseRequest("q", kind, max, 30_000, 42);
        return TestStore.<LeaseBatch>done(c -> jobs().lease(request, c));
    }

    List<Lease> lease(int max) {
        return value(leaseLater(max)).leases();
    }

    /// Leases until as many are held, across refills.
    List<Lease> leaseAll(int count) {
        List<Lease> leases = new ArrayList<>();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(2))
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> {
                    leases.addAll(lease(Math.min(64, count - leases.size())));
                    return leases.size() == count;
                });
        return leases;
    }

    Lease leaseOne() {
        List<Lease> leases = lease(1);
        assertThat(leases).hasSize(1);
        return leases.getFirst();
    }

    Job complete(Lease lease, String body) {
        return value(completeLater(lease, body));
    }

    CompletableFuture<Outcome<Job>> completeLater(Lease lease, String body) {
        return TestStore.<Job>done(c -> jobs().complete(lease.key(), answer(body), c));
    }

    CompletableFuture<Outcome<Job>> cancelLater(JobId id) {
        return TestStore.<Job>done(c -> jobs().cancel(id, c));
    }

    CompletableFuture<Outcome<Job>> failLater(Lease lease, Failure failure) {
        return TestStore.<Job>done(c -> jobs().fail(lease.key(), failure, c));
    }

    Job cancel(JobId id) {
        return value(cancelLater(id));
    }

    Job job(JobId id) {
        return value(TestStore.<Job>done(c -> reader().job(id, c)));
    }

    @Nullable
    RequestBytes request(JobId id) {
        return value(TestStore.<List<@Nullable RequestBytes>>done(c -> reader().requests(List.of(id), c)))
                .getFirst();
    }

    StoreRefusal noJob(JobId id) {
        return refusal(TestStore.<Job>done(c -> reader().job(id, c)));
    }

    /// Lets time pass and the writer notice.
    void pass(long ms) {
        time.advance(ms);
        outcome(cancelLater(new JobId(0, 0)));
    }

    /// Runs `publish` so that all it publishes lands in one batch.
    void inOneBatch(Consumer<TestStore> publish) {
        seam.hold();
        CompletableFuture<Outcome<Long>> first = TestStore.<Long>done(c -> jobs().append("held", bytes("first"), c));
        seam.awaitHeld();
        publish.accept(this);
        seam.release();
        outcome(first);
    }

    @Override
    public void close() {
        // A test that failed while it held a commit must end all the same.
        seam.release();
        store.close();
    }
}
