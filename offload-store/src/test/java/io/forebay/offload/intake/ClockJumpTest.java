package io.forebay.offload.intake;

import static io.forebay.offload.intake.TestStore.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Outcome;
import io.forebay.offload.Timing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The clock on the wall is set while jobs wait and run: terms and delays are kept as time really passes, a tenth more
/// or less, and no stamp is older than one before it.
class ClockJumpTest {
    private static final long HOUR_MS = 3_600_000;
    private static final long TERM_MS = 30_000;

    private final TestStore store = TestStore.withQueue();

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {HOUR_MS, -HOUR_MS, 30 * 24 * HOUR_MS, -30 * 24 * HOUR_MS})
    void aLeaseLastsAsLongAsItWasGivenFor(long jumpMs) {
        store.submit(store.submission("x"));
        Lease kept =
                TestStore.value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        store.time.jump(jumpMs);
        store.pass(TERM_MS * 85 / 100);
        assertThat(outcome(store.completeLater(kept, "in time"))).isInstanceOf(Outcome.Done.class);
        store.submit(store.submission("y"));
        Lease late =
                TestStore.value(store.leaseLater(1, LeaseKind.PULL)).leases().getFirst();
        store.time.jump(-jumpMs);
        store.pass(TERM_MS * 115 / 100);
        assertThat(outcome(store.completeLater(late, "too late"))).isInstanceOf(Outcome.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {HOUR_MS, -HOUR_MS})
    void aDelayIsNoShorterAndNoLonger(long jumpMs) {
        Job job = store.submit(store.submission("later", new Timing(5, null, 100_000, 0), null, "tenant-a"));
        store.time.jump(jumpMs);
        store.pass(85_000);
        assertThat(store.lease(1)).isEmpty();
        store.pass(30_000);
        assertThat(store.leaseOne().key().job()).isEqualTo(job.id());
    }

    @Test
    void aClockThatWasSetBackBeforeARestartBringsNothingBack() {
        Job job = store.submit(store.submission("x"));
        store.complete(store.leaseOne(), "done");
        store.time.jump(-30 * 24 * HOUR_MS);
        store.restart();
        Job next = store.submit(store.submission("y"));
        assertThat(next.times().changedMs())
                .isGreaterThan(store.job(job.id()).times().changedMs());
        assertThat(store.job(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
        store.complete(store.leaseAll(1).getFirst(), "done");
    }

    @Test
    void whateverTheClockDoesNoStampIsOlderThanOneBefore() {
        long seed = 4_711;
        Random random = new Random(seed);
        Map<JobId, Long> stamps = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            store.time.jump(random.nextLong(-HOUR_MS, HOUR_MS));
            store.pass(random.nextInt(2_000));
            if (random.nextInt(20) == 0) {
                store.restart();
            }
            Job job = store.submit(store.submission("x"));
            stamps.put(job.id(), job.times().changedMs());
            List<Lease> leases = store.leaseAll(1);
            Lease lease = leases.getFirst();
            long before = stamps.getOrDefault(lease.key().job(), 0L);
            assertThat(lease.job().times().changedMs())
                    .as("seed %d, step %d", seed, i)
                    .isGreaterThanOrEqualTo(before);
            Job done = store.complete(lease, "done");
            assertThat(done.times().changedMs())
                    .as("seed %d, step %d", seed, i)
                    .isGreaterThanOrEqualTo(lease.job().times().changedMs());
        }
    }
}
