package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CallsUnderWayTest {
    private static final JobId JOB = new JobId(1, 2);

    private final CallsUnderWay calls = new CallsUnderWay();

    @Test
    void jobOfNoCallMayBeToldAndIsNotTakenBack() {
        assertThat(calls.tell(JOB)).isTrue();
        assertThat(calls.withdraw(JOB)).isFalse();
    }

    @Test
    void jobSomebodyWasToldOfIsNotTakenBack() {
        calls.begin(JOB);
        assertThat(calls.tell(JOB)).isTrue();
        assertThat(calls.tell(JOB)).isTrue();
        assertThat(calls.withdraw(JOB)).isFalse();
    }

    @Test
    void nobodyIsToldOfAJobThatIsTakenBackAlsoAfterItIsGone() {
        calls.begin(JOB);
        assertThat(calls.withdraw(JOB)).isTrue();
        calls.changed(JOB, JobState.FAILED);
        assertThat(calls.tell(JOB)).isFalse();
    }

    @Test
    void jobThatHasEndedIsAJobLikeAnyOther() {
        calls.begin(JOB);
        calls.changed(JOB, JobState.RUNNING);
        calls.changed(JOB, JobState.SUCCEEDED);
        assertThat(calls.withdraw(JOB)).isFalse();
        assertThat(calls.tell(JOB)).isTrue();
    }

    @RepeatedTest(200)
    void toldAndTakenBackAtOnceIsOneOfTheTwo() throws Exception {
        calls.begin(JOB);
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Boolean>> done = new ArrayList<>();
            done.add(threads.submit(() -> {
                together.await();
                return calls.tell(JOB);
            }));
            done.add(threads.submit(() -> {
                together.await();
                return calls.withdraw(JOB);
            }));
            assertThat(done.get(0).get()).isNotEqualTo(done.get(1).get());
        }
    }
}
