package io.forebay.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.admin.Deadline;
import io.forebay.admin.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AuditedChangeTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final AuditedChange.Author ANN =
            new AuditedChange.Author("c1", "admin-token", "127.0.0.1", "because \"so\"", "t1");

    private final List<String> story = Collections.synchronizedList(new ArrayList<>());

    private AuditedChange audited(AuditTrail trail, Duration limit) {
        return new AuditedChange(trail, new Deadline(limit), InstantSource.fixed(NOW));
    }

    private AuditedChange audited() {
        return audited(
                entry -> {
                    story.add(entry.phase() + " " + entry.result());
                    return Reply.done(1L);
                },
                Duration.ofSeconds(10));
    }

    @Test
    void theIntentIsKeptBeforeAndTheOutcomeAfterTheChange() {
        Reply<String> reply = audited().make(ANN, "queue.pause", "q", () -> {
            story.add("change");
            return Reply.done("paused");
        });
        assertThat(reply).isEqualTo(Reply.done("paused"));
        assertThat(story).containsExactly("INTENT null", "change", "OUTCOME done");
    }

    @Test
    void aChangeThatThrowsIsAuditedAsFailed() {
        assertThatExceptionOfType(Deadline.PortFailure.class)
                .isThrownBy(() -> audited().make(ANN, "queue.pause", "q", () -> {
                    throw new IllegalStateException("broken");
                }));
        assertThat(story).containsExactly("INTENT null", "OUTCOME failed");
    }

    @Test
    void aChangeWithoutAnswerIsAuditedAsUnknown() {
        CountDownLatch never = new CountDownLatch(1);
        List<String> results = Collections.synchronizedList(new ArrayList<>());
        AuditedChange impatient = audited(
                entry -> {
                    results.add(String.valueOf(entry.result()));
                    return Reply.done(1L);
                },
                Duration.ofMillis(200));
        Reply<String> reply = impatient.make(ANN, "queue.pause", "q", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                story.add("interrupted");
            }
            return Reply.missing();
        });
        assertThat(reply).isEqualTo(Reply.<String>timedOut(200));
        assertThat(results).containsExactly("null", "unknown");
    }

    @Test
    void aChangeLostWithAFailedWriteIsAuditedAsUnknown() {
        Reply<String> lost = new Reply.Unknown<>("write-failed", "a write failed");
        assertThat(audited().make(ANN, "queue.pause", "q", () -> lost)).isEqualTo(lost);
        assertThat(story).containsExactly("INTENT null", "OUTCOME unknown");
    }

    @Test
    void withoutTheIntentTheChangeIsNotMade() {
        Reply<String> reply = audited(entry -> new Reply.Unavailable<>("disk-full", "full", 5), Duration.ofSeconds(10))
                .make(ANN, "queue.pause", "q", () -> {
                    story.add("change");
                    return Reply.done("paused");
                });
        assertThat(reply).isInstanceOfSatisfying(Reply.Unavailable.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo("audit-unavailable");
            assertThat(refusal.detail()).contains("disk-full");
        });
        assertThat(story).isEmpty();
    }

    @Test
    void anOutcomeThatCannotBeKeptDoesNotUndoTheChange() {
        AuditedChange forgetful = audited(
                entry -> entry.phase() == AuditEntry.Phase.INTENT
                        ? Reply.done(1L)
                        : new Reply.Unavailable<>("busy", "busy", 1),
                Duration.ofSeconds(10));
        assertThat(forgetful.make(ANN, "queue.pause", "q", () -> Reply.done("paused")))
                .isEqualTo(Reply.done("paused"));
    }

    @Test
    void anEntryIsOneJsonObject() {
        AuditEntry entry = new AuditEntry(
                "c1", NOW, AuditEntry.Phase.INTENT, "admin-token", "::1", "job.cancel", "j1", "say \"x\"", null, "t1");
        assertThat(new String(entry.json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"changeId\":\"c1\",\"at\":\"2026-11-23T12:00:00Z\",\"phase\":\"intent\","
                        + "\"operator\":\"admin-token\",\"peer\":\"::1\",\"action\":\"job.cancel\","
                        + "\"target\":\"j1\",\"traceId\":\"t1\",\"reason\":\"say \\\"x\\\"\"}");
    }
}
