package io.forebay.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    @Test
    void aReplyInTimeIsPassedOn() {
        assertThat(new Deadline(Duration.ofSeconds(10)).ask(() -> Reply.done(7)))
                .isEqualTo(Reply.done(7));
    }

    @Test
    void aPortBeyondTheLimitIsInterruptedAndGivenUp() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Reply<Integer> reply = new Deadline(Duration.ofMillis(20)).ask(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Reply.done(7);
        });
        assertThat(reply).isEqualTo(Reply.<Integer>timedOut(20));
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatThePortThrowsIsThrownWithItsCause() {
        IllegalStateException broken = new IllegalStateException("broken");
        assertThatExceptionOfType(Deadline.PortFailure.class)
                .isThrownBy(() -> new Deadline(Duration.ofSeconds(10)).<Integer>ask(() -> {
                    throw broken;
                }))
                .withCause(broken);
    }

    @Test
    void theLimitIsPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Deadline(Duration.ZERO));
    }
}
