package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobId;
import org.junit.jupiter.api.Test;

class LeasedJobsTest {
    private final LeasedJobs leased = new LeasedJobs();

    private static JobId job(int number) {
        return new JobId(1, number);
    }

    @Test
    void theQueueAJobWasLeasedFromLastIsKnown() {
        leased.leased(job(1), "default/one");
        leased.leased(job(2), "default/two");
        leased.leased(job(1), "default/three");
        assertThat(leased.queueOf(job(1))).isEqualTo("default/three");
        assertThat(leased.queueOf(job(2))).isEqualTo("default/two");
        assertThat(leased.queueOf(job(3))).isNull();
        leased.ended(job(1));
        assertThat(leased.queueOf(job(1))).isNull();
    }

    @Test
    void theOldestAreForgottenAndTheNewestAreNot() {
        for (int i = 0; i < 100_000; i++) {
            leased.leased(job(i), "default/queue");
        }
        assertThat(leased.queueOf(job(0))).isNull();
        assertThat(leased.queueOf(job(100_000 - 33_000))).isNull();
        for (int i = 100_000 - 16_384; i < 100_000; i++) {
            assertThat(leased.queueOf(job(i))).isEqualTo("default/queue");
        }
    }
}
