package io.forebay.gateway.schedule;

import static io.forebay.gateway.schedule.Schedules.HOUR_MS;
import static io.forebay.gateway.schedule.Schedules.NOON_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.offload.StoredRequest;
import io.forebay.offload.Submission;
import io.forebay.policy.schedule.SchedulePolicy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ScheduledSubmissionTest {
    private static final SchedulePolicy NIGHTLY = Schedules.of("nightly", "0 3 * * *");

    private static Submission of(SchedulePolicy schedule, long runMs) {
        return ScheduledSubmission.of(schedule, runMs, 7, HOUR_MS);
    }

    @Test
    void theRequestIsTheOneThatTheScheduleDescribes() {
        Submission submission = of(NIGHTLY, NOON_MS);
        RequestHead head = StoredRequest.decode(submission.requestHead()).read();
        assertThat(head.text(head.method())).isEqualTo("POST");
        assertThat(head.text(head.path())).isEqualTo("/reports");
        assertThat(head.text(head.query())).isEqualTo("day=yesterday");
        assertThat(head.text(head.authority())).isEqualTo("shop.example");
        assertThat(new String(
                        StoredRequest.decode(submission.requestHead()).head(),
                        java.nio.charset.StandardCharsets.US_ASCII))
                .contains("\r\ncontent-type: text/plain\r\n")
                .contains("\r\ncontent-length: 7\r\n")
                .contains("\r\ntraceparent: 00-" + submission.traceId() + "-");
        assertThat(submission.requestBody().bytes()).isEqualTo(7);
        assertThat(submission.queue()).isEqualTo(Schedules.QUEUE);
        assertThat(submission.route().rule()).isEqualTo("reports");
        assertThat(submission.caller().tenant()).isEqualTo("default/nightly");
    }

    @Test
    void aRunIsTheSameJobEachTimeAndAnotherRunAnother() {
        assertThat(of(NIGHTLY, NOON_MS).id()).isEqualTo(of(NIGHTLY, NOON_MS).id());
        assertThat(of(NIGHTLY, NOON_MS).id().createdMs()).isEqualTo(NOON_MS);
        assertThat(of(NIGHTLY, NOON_MS).id().shard()).isEqualTo(7);
        assertThat(of(NIGHTLY, NOON_MS).id())
                .isNotEqualTo(of(NIGHTLY, NOON_MS + 1).id());
        assertThat(of(NIGHTLY, NOON_MS).id())
                .isNotEqualTo(of(Schedules.of("other", "0 3 * * *"), NOON_MS).id());
    }

    @Test
    void jitterPutsRunsOffByTimesOfTheirOwnBelowItsBound() {
        SchedulePolicy spread = Schedules.withJitter(NIGHTLY, 5_000);
        Set<Long> delays = new HashSet<>();
        for (int run = 0; run < 100; run++) {
            long delayMs = of(spread, NOON_MS + run * HOUR_MS).timing().delayMs();
            assertThat(delayMs).isBetween(0L, 4_999L);
            delays.add(delayMs);
        }
        assertThat(delays).hasSizeGreaterThan(80);
        assertThat(of(NIGHTLY, NOON_MS).timing().delayMs()).isZero();
    }
}
