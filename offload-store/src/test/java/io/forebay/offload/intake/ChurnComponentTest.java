package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.SETTINGS;
import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Jobs come and go and leave deleted keys behind, more of them than a scan of this store may step over.
final class ChurnComponentTest {
    private static final int SKIPPED_MAX = 1_000;
    private static final int JOBS = 3_000;
    private static final int JOBS_PER_MS = 60;
    private static final RocksSettings WARY = new RocksSettings(8 << 20, 8 << 20, 16 << 20, 0, 0, SKIPPED_MAX);

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(() -> new RocksFolder(folder, WARY));
        QueueSettings.Retention day = new QueueSettings.Retention(86_400_000, 86_400_000);
        store.configure(Map.of(
                "q", new QueueSettings(1_000, 60_000, SETTINGS.retry(), SETTINGS.tenants(), SETTINGS.limits(), day)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /// Submits, leases and ends as many jobs, a few each millisecond.
    private List<JobId> churn(int jobs, Function<Lease, CompletableFuture<Outcome<Job>>> end) {
        List<JobId> ids = new ArrayList<>();
        while (ids.size() < jobs) {
            List<CompletableFuture<Outcome<Submitted>>> submits = new ArrayList<>();
            for (int i = 0; i < JOBS_PER_MS; i++) {
                submits.add(store.submitLater(store.submission("x")));
            }
            submits.forEach(submit -> ids.add(value(submit).job().id()));
            List<CompletableFuture<Outcome<Job>>> ends = new ArrayList<>();
            store.leaseAll(JOBS_PER_MS).forEach(lease -> ends.add(end.apply(lease)));
            ends.forEach(TestStore::value);
            store.time.advance(1);
        }
        return ids;
    }

    private void complete(int jobs) {
        churn(jobs, lease -> store.completeLater(lease, "done"));
    }

    private Job submitDelayed(long delayMs) {
        return store.submit(store.submission("later", new Timing(5, null, delayMs, 0), null, "tenant-a"));
    }

    @Test
    void timersFireInFrontOfTheDeletedOnesOfEndedLeases() {
        complete(JOBS);
        Job delayed = submitDelayed(5_000);
        store.pass(4_000);
        store.pass(1_100);

        assertThat(store.leaseAll(1).getFirst().key().job()).isEqualTo(delayed.id());
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    @Test
    void aStoreThatWasAwayGetsPastTheTimersDeletedInTheMeantime() {
        complete(JOBS);
        Job delayed = submitDelayed(5_000);
        Job late = submitDelayed(40_000);
        store.time.advance(60_000);
        store.restart();

        assertThat(store.leaseAll(2)).extracting(lease -> lease.key().job()).containsExactly(delayed.id(), late.id());
        assertThat(store.seam().opened()).isEqualTo(1);
    }

    @Test
    void listsBeginAtTheirOldestEntry() {
        complete(JOBS);
        Job waiting = store.submit(store.submission("waits"));

        assertThat(figures().queued()).isEqualTo(1);
        assertThat(page(JobState.QUEUED)).extracting(Job::id).containsExactly(waiting.id());
        assertThat(page(JobState.RUNNING)).isEmpty();
        assertThat(page(JobState.SUCCEEDED)).hasSize(10);
    }

    private List<Job> page(JobState state) {
        return value(TestStore.<JobPage>done(c -> store.reader().list("q", state, null, 10, c)))
                .jobs();
    }

    private QueueStats figures() {
        store.pass(101);
        store.pass(101);
        return requireNonNull(store.reader().queues().get("q"));
    }

    @Test
    void redrivingAllGetsPastDeadLettersThatLeft() {
        List<JobId> dead = churn(JOBS, lease -> store.failLater(lease, Failure.fatal("status-400", null)));
        List<CompletableFuture<Outcome<Job>>> redriven = new ArrayList<>();
        for (JobId id : dead.subList(1, dead.size() - 1)) {
            redriven.add(TestStore.<Job>done(c -> store.jobs().redrive(id, c)));
        }
        redriven.forEach(TestStore::value);
        value(TestStore.<Long>done(c -> store.jobs().operate("q", TestStore.REDRIVE_ALL, c)));

        await().until(() -> figures().operation() == null);
        assertThat(figures().deadLetters()).isZero();
        assertThat(store.job(dead.getFirst()).redrivenAs()).isNotNull();
        assertThat(store.job(dead.getLast()).redrivenAs()).isNotNull();
        assertThat(store.seam().opened()).isEqualTo(1);
    }
}
