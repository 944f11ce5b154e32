package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobId;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LongPollsTest {
    private static final JobId JOB = JobId.of(1, 0, 1);
    private static final JobId OTHER = JobId.of(1, 0, 2);

    private final LongPolls polls = new LongPolls(2);
    private final AtomicInteger woken = new AtomicInteger();

    @Test
    void changeWakesEachWaiterOfThatJobOnce() {
        polls.add(JOB, woken::incrementAndGet);
        polls.add(OTHER, woken::incrementAndGet);
        polls.changed(JOB);
        polls.changed(JOB);
        assertThat(woken).hasValue(1);
        assertThat(polls.count()).isEqualTo(1);
    }

    @Test
    void oneMoreThanTheBoundIsNotTakenAndAPlaceComesBack() {
        Runnable first = woken::incrementAndGet;
        assertThat(polls.add(JOB, first)).isTrue();
        assertThat(polls.add(JOB, woken::incrementAndGet)).isTrue();
        assertThat(polls.add(OTHER, woken::incrementAndGet)).isFalse();
        polls.remove(JOB, first);
        polls.remove(JOB, first);
        assertThat(polls.count()).isEqualTo(1);
        assertThat(polls.add(OTHER, woken::incrementAndGet)).isTrue();
    }

    @Test
    void removedWaiterIsNotWoken() {
        Runnable wake = woken::incrementAndGet;
        polls.add(JOB, wake);
        polls.remove(JOB, wake);
        polls.changed(JOB);
        assertThat(woken).hasValue(0);
        assertThat(polls.count()).isZero();
    }

    @Test
    void drainWakesEverybodyAndLetsNobodyWaitAnyMore() {
        polls.add(JOB, woken::incrementAndGet);
        polls.add(OTHER, woken::incrementAndGet);
        polls.drain();
        assertThat(woken).hasValue(2);
        assertThat(polls.add(JOB, woken::incrementAndGet)).isFalse();
        assertThat(polls.count()).isZero();
    }
}
