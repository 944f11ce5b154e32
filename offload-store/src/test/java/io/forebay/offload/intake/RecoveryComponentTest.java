package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.key;
import static io.forebay.offload.intake.TestStore.refusal;
import static io.forebay.offload.intake.TestStore.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageOpener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store on real files, closed without a flush and opened again.
final class RecoveryComponentTest {
    private static final RocksSettings SMALL = new RocksSettings(8 << 20, 4 << 20, 16 << 20, 0, 64 << 20);

    @TempDir
    Path folder = Path.of("");

    private StorageOpener opener() {
        return new RocksFolder(folder, SMALL);
    }

    private TestStore open() {
        return TestStore.withQueue(this::opener);
    }

    @Test
    void everyAcceptedJobIsThereAfterReopening() {
        try (TestStore store = open()) {
            List<CompletableFuture<Outcome<Submitted>>> accepted = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                accepted.add(store.submitLater(store.submission("job " + i)));
            }
            List<JobId> ids = new ArrayList<>();
            accepted.forEach(future -> ids.add(value(future).job().id()));
            store.configure(Map.of("q", wide()));
            store.restart();
            assertThat(store.leaseAll(500))
                    .extracting(lease -> lease.key().job())
                    .containsExactlyElementsOf(ids);
            assertThat(store.lease(1)).isEmpty();
        }
    }

    private static QueueSettings wide() {
        return wide(SETTINGS.retry().attempts());
    }

    private static QueueSettings wide(int attempts) {
        QueueSettings.Retry retry = new QueueSettings.Retry(attempts, 1_000, 8_000);
        return new QueueSettings(100_000, 60_000, retry, SETTINGS.tenants(), SETTINGS.limits(), SETTINGS.retention());
    }

    @Test
    void pushLeasesAreReleasedWithANewEpochAndPullLeasesLiveOn() {
        try (TestStore store = open()) {
            store.submit(store.submission("pushed"));
            Lease pushed = store.leaseOne();
            store.submit(store.submission("pulled"));
            Lease pulled = value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
            store.restart();
            assertThat(store.job(pushed.key().job()).state()).isEqualTo(JobState.QUEUED);
            assertThat(store.job(pushed.key().job()).reason()).isEqualTo("interrupted");
            assertThat(refusal(store.completeLater(pushed, "late"))).isInstanceOf(StoreRefusal.StaleEpoch.class);
            store.pass(20_000);
            assertThat(store.complete(pulled, "done").state()).isEqualTo(JobState.SUCCEEDED);
            List<Lease> again = store.leaseAll(1);
            assertThat(again.getFirst().key().epoch())
                    .isGreaterThan(pushed.key().epoch() + 1);
            assertThat(again.getFirst().attempt()).isEqualTo(2);
        }
    }

    @Test
    void aPullLeaseGetsOneFreshTermAndThenExpires() {
        try (TestStore store = open()) {
            Job job = store.submit(store.submission("pulled"));
            assertThat(value(store.leaseLater(1, LeaseKind.PULL)).leases()).hasSize(1);
            store.time.advance(29_000);
            store.restart();
            store.pass(29_000);
            assertThat(store.job(job.id()).state()).isEqualTo(JobState.RUNNING);
            store.pass(2_000);
            assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
            assertThat(store.job(job.id()).attempts().crashes()).isEqualTo(1);
        }
    }

    @Test
    void aCutOffJobRunsAgain() {
        try (TestStore store = open()) {
            store.configure(Map.of("q", wide(3)));
            Job job = store.submit(store.submission("again"));
            Lease cutOff = store.leaseOne();
            store.restart();
            assertThat(store.job(job.id()).state()).isEqualTo(JobState.QUEUED);
            assertThat(store.job(job.id()).reason()).isEqualTo("interrupted");
            assertThat(store.job(job.id()).attempts().crashes()).isZero();
            Lease again = store.leaseAll(1).getFirst();
            assertThat(again.attempt()).isEqualTo(2);
            assertThat(again.key().epoch()).isGreaterThan(cutOff.key().epoch());
        }
    }

    @Test
    void aJobCutOffInItsLastAttemptFails() {
        try (TestStore store = open()) {
            store.configure(Map.of("q", wide(1)));
            Job job = store.submit(store.submission("once"));
            store.leaseOne();
            store.restart();
            assertThat(store.job(job.id()).state()).isEqualTo(JobState.FAILED);
            assertThat(store.job(job.id()).reason()).isEqualTo("interrupted");
            assertThat(store.lease(1)).isEmpty();
        }
    }

    @Test
    void manyInterruptedJobsAreReleasedInSteps() {
        try (TestStore store = open()) {
            store.configure(Map.of("q", wide()));
            List<CompletableFuture<Outcome<Submitted>>> accepted = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                accepted.add(store.submitLater(store.submission("job " + i)));
            }
            accepted.forEach(TestStore::value);
            store.leaseAll(1_000);
            store.restart();
            Set<JobId> again = new HashSet<>();
            store.leaseAll(1_000).forEach(lease -> again.add(lease.key().job()));
            assertThat(again).hasSize(1_000);
        }
    }

    @Test
    void timersSurvive() {
        try (TestStore store = open()) {
            Job delayed = store.submit(store.submission("later", new Timing(5, null, 5_000, 0), null, "tenant-a"));
            long deadlineMs = store.time.wallMs() + 8_000;
            Job doomed =
                    store.submit(store.submission("doomed", new Timing(5, null, 60_000, deadlineMs), null, "tenant-a"));
            store.submit(store.submission("flaky"));
            Lease flaky = store.leaseOne();
            value(store.failLater(flaky, new Failure("timeout", true, 3_000, false, false, null)));
            store.restart();
            assertThat(store.job(delayed.id()).state()).isEqualTo(JobState.SCHEDULED);
            store.pass(5_100);
            assertThat(store.leaseAll(2))
                    .extracting(lease -> lease.key().job())
                    .containsExactlyInAnyOrder(flaky.key().job(), delayed.id());
            store.pass(3_000);
            assertThat(store.job(doomed.id()).state()).isEqualTo(JobState.EXPIRED);
        }
    }

    @Test
    void idempotencySurvives() {
        try (TestStore store = open()) {
            Submission first = store.submission("same", Timing.NOW, key("k", "same"), "tenant-a");
            store.submit(first);
            store.restart();
            Submitted repeat =
                    value(store.submitLater(store.submission("same", Timing.NOW, key("k", "same"), "tenant-a")));
            assertThat(repeat.isNew()).isFalse();
            assertThat(repeat.job().id()).isEqualTo(first.id());
        }
    }

    @Test
    void orderingLinesSurvive() {
        try (TestStore store = open()) {
            List<JobId> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ids.add(store.submit(store.submission("line " + i, new Timing(5, "line", 0, 0), null, "tenant-a"))
                        .id());
            }
            store.restart();
            for (JobId id : ids) {
                Lease lease = store.leaseAll(1).getFirst();
                assertThat(lease.key().job()).isEqualTo(id);
                assertThat(store.lease(1)).isEmpty();
                store.complete(lease, "done");
            }
        }
    }

    @Test
    void theWorkOfARestartDoesNotGrowWithDepth() {
        long shallow = openingWork(1_000, "shallow");
        long deep = openingWork(100_000, "deep");
        System.out.println("work of opening: 1,000 jobs " + shallow + ", 100,000 jobs " + deep);
        assertThat(shallow).isPositive();
        assertThat(deep).isLessThanOrEqualTo(shallow + 10);
    }

    private long openingWork(int depth, String name) {
        Path own = folder.resolve(name);
        try (TestStore store = TestStore.withQueue(() -> new RocksFolder(own, SMALL))) {
            List<CompletableFuture<Outcome<Submitted>>> window = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                window.add(store.submitLater(store.submission("")));
                if (window.size() == 1_000) {
                    window.forEach(TestStore::value);
                    window.clear();
                }
            }
            window.forEach(TestStore::value);
            store.restart();
            long work = store.seam().work();
            assertThat(store.leaseAll(8)).hasSize(8);
            return work;
        }
    }

    @Test
    void aFlippedByteInATableIsRefusedAtOpenByName() throws IOException {
        try (TestStore store = open()) {
            for (int i = 0; i < 50; i++) {
                store.submit(store.submission("x".repeat(1_000)));
            }
            // Opening again writes what the log held into tables.
            store.restart();
        }
        Path table = files("*.sst").getFirst();
        flip(table, Files.size(table) / 3);
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(table.getFileName().toString());
    }

    @Test
    void aDamagedManifestIsRefusedAtOpen() throws IOException {
        try (TestStore store = open()) {
            store.submit(store.submission("x"));
        }
        Path manifest = files("MANIFEST-*").getFirst();
        flip(manifest, Files.size(manifest) / 2);
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining(folder.toString());
    }

    @Test
    void aBadRecordInTheMiddleOfTheLogIsNotSkipped() throws IOException {
        try (TestStore store = open()) {
            for (int i = 0; i < 50; i++) {
                store.submit(store.submission("x".repeat(1_000)));
            }
        }
        Path log = files("*.log").getLast();
        flip(log, Files.size(log) / 2);
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class);
    }

    @Test
    void aTornTailOfTheLogIsCutOff() throws IOException {
        List<JobId> ids = new ArrayList<>();
        try (TestStore store = open()) {
            for (int i = 0; i < 10; i++) {
                ids.add(store.submit(store.submission("x".repeat(1_000))).id());
            }
        }
        Path log = files("*.log").getLast();
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(file.length() - 5);
        }
        try (TestStore store = new TestStore(this::opener)) {
            // The last write was the tenth submit; losing its tail is what a crash before its sync would do.
            assertThat(store.job(ids.get(8)).state()).isEqualTo(JobState.QUEUED);
            assertThat(store.noJob(ids.get(9))).isInstanceOf(StoreRefusal.NotFound.class);
        }
    }

    private List<Path> files(String glob) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("rocks"))) {
            var matcher = folder.getFileSystem().getPathMatcher("glob:" + glob);
            return all.filter(path -> matcher.matches(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int before = file.read();
            file.seek(at);
            file.write(before ^ 0x40);
        }
    }

    @Test
    void twoStoresNeverShareAFolder() {
        try (TestStore store = open()) {
            assertThat(store.jobs()).isNotNull();
            assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void largePayloadsSurvive() {
        try (TestStore store = open()) {
            Job job = store.submit(store.submission("y".repeat(700_000)));
            store.restart();
            assertThat(value(
                            TestStore.<byte[]>done(c -> store.reader().payload(job.id(), PayloadPart.REQUEST_BODY, c))))
                    .isEqualTo(TestStore.bytes("y".repeat(700_000)));
        }
    }
}
