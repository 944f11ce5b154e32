package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.value;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Timing;
import io.forebay.offload.codec.Keys;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.MemoryFolder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One stored value cannot be read: it is reported, and whoever stands beside it goes on. The store is opened again
/// after each damage, so that nothing is read from memory.
final class DamageTest {
    private final MemoryFolder folder = new MemoryFolder();
    private final TestStore store = TestStore.withQueue(() -> folder);

    @AfterEach
    void close() {
        store.close();
    }

    private List<JobId> submitInLine(int jobs) {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            ids.add(store.submit(store.submission("job " + i, new Timing(5, "line", 0, 0), null, "tenant-a"))
                    .id());
        }
        return ids;
    }

    private void damage(Family family, byte[] key) {
        folder.damage(family, key);
        store.restart();
    }

    /// The keys of a family in order.
    private List<byte[]> keys(Family family) {
        return List.copyOf(requireNonNull(folder.content().get(family)).keySet());
    }

    private static String where(Family family, byte[] key) {
        return family.label() + "/" + HexFormat.of().formatHex(key);
    }

    private JobId leaseAndComplete() {
        Lease lease = store.leaseAll(1).getFirst();
        assertThat(store.complete(lease, "done").state()).isEqualTo(JobState.SUCCEEDED);
        return lease.key().job();
    }

    @Test
    void aJobInLineBehindAnUnreadableOneHasItsTurn() {
        List<JobId> line = submitInLine(4);
        folder.damage(Family.JOB, Keys.job(line.get(1)));
        damage(Family.JOB, Keys.job(line.get(2)));

        assertThat(leaseAndComplete()).isEqualTo(line.get(0));
        assertThat(leaseAndComplete()).isEqualTo(line.get(3));
        assertThat(store.damages)
                .contains(where(Family.JOB, Keys.job(line.get(1))), where(Family.JOB, Keys.job(line.get(2))));
    }

    @Test
    void aLineWhoseLastJobIsUnreadableEnds() {
        List<JobId> line = submitInLine(2);
        damage(Family.JOB, Keys.job(line.get(1)));

        assertThat(leaseAndComplete()).isEqualTo(line.get(0));
        JobId next = submitInLine(1).getFirst();
        assertThat(leaseAndComplete()).isEqualTo(next);
    }

    @Test
    void aJobInLineBehindAnUnreadablePlaceHasItsTurn() {
        List<JobId> line = submitInLine(3);
        // The first key is the line itself.
        byte[] second = keys(Family.ORDER).get(1);
        damage(Family.ORDER, second);

        assertThat(leaseAndComplete()).isEqualTo(line.get(0));
        assertThat(leaseAndComplete()).isEqualTo(line.get(2));
        assertThat(store.damages).contains(where(Family.ORDER, second));
    }

    @Test
    void theHeadOfAnUnreadableLineHandsOver() {
        List<JobId> line = submitInLine(2);
        damage(Family.ORDER, keys(Family.ORDER).getFirst());

        assertThat(leaseAndComplete()).isEqualTo(line.get(0));
        assertThat(leaseAndComplete()).isEqualTo(line.get(1));
    }

    @Test
    void readyJobsBesideAnUnreadableEntryAreLeased() {
        JobId first = store.submit(store.submission("first")).id();
        store.submit(store.submission("second"));
        JobId third = store.submit(store.submission("third")).id();
        byte[] second = keys(Family.READY).get(1);
        damage(Family.READY, second);

        assertThat(store.leaseAll(2)).extracting(lease -> lease.key().job()).containsExactly(first, third);
        assertThat(store.damages).contains(where(Family.READY, second));
    }

    @Test
    void readyJobsBesideAnUnreadableJobAreLeased() {
        JobId first = store.submit(store.submission("first")).id();
        JobId second = store.submit(store.submission("second")).id();
        JobId third = store.submit(store.submission("third")).id();
        damage(Family.JOB, Keys.job(second));

        assertThat(store.leaseAll(2)).extracting(lease -> lease.key().job()).containsExactly(first, third);
        assertThat(store.damages).contains(where(Family.JOB, Keys.job(second)));
    }

    @Test
    void aListLeavesOutWhatCannotBeRead() {
        JobId first = store.submit(store.submission("first")).id();
        JobId second = store.submit(store.submission("second")).id();
        damage(Family.JOB, Keys.job(first));

        JobPage page = value(TestStore.<JobPage>done(c -> store.reader().list("q", JobState.QUEUED, null, 10, c)));
        assertThat(page.jobs()).extracting(Job::id).containsExactly(second);
        assertThat(store.noJob(first)).isEqualTo(new StoreRefusal.Damaged(where(Family.JOB, Keys.job(first))));
    }

    @Test
    void anUnreadableRunningJobDoesNotKeepTheStoreShut() {
        JobId first = store.submit(store.submission("first")).id();
        assertThat(value(store.leaseLater(1, LeaseKind.PULL)).leases()).hasSize(1);
        JobId second = store.submit(store.submission("second")).id();
        damage(Family.JOB, Keys.job(first));

        assertThat(store.damages).contains(where(Family.JOB, Keys.job(first)));
        assertThat(leaseAndComplete()).isEqualTo(second);
    }
}
