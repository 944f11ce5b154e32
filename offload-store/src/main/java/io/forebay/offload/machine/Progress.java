package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import org.jspecify.annotations.Nullable;

/// What changes while a job lives. `readySeq` is its place among ready jobs, 0 when it may not be leased; `hold` is
/// set while it runs. `attempts` counts leases, `epoch` grows with every lease given or taken away. `slot` says where
/// the job stands with its limit key: [#OUTSIDE], [#INSIDE] while it takes of what the key allows, or its place among
/// those that wait for it.
public record Progress(
        JobState state,
        String reason,
        long version,
        long changedMs,
        long startedMs,
        long finishedMs,
        int attempts,
        int epoch,
        int crashes,
        long readySeq,
        long slot,
        @Nullable Hold hold,
        int answerStatus,
        long expiresMs,
        boolean payloadGone,
        @Nullable JobId redrivenAs,
        Events events) {
    public static final long OUTSIDE = 0;
    public static final long INSIDE = -1;

    static Progress accepted(long nowMs) {
        return new Progress(
                JobState.QUEUED, "", 1, nowMs, 0, 0, 0, 0, 0, 0, OUTSIDE, null, 0, 0, false, null, Events.NONE);
    }

    /// The next version, waiting in `state`; a place among the ready jobs is 0 or `readySeq`.
    Progress waiting(JobState state, String reason, long readySeq, long nowMs) {
        return new Progress(
                state,
                reason,
                version + 1,
                nowMs,
                startedMs,
                0,
                attempts,
                epoch,
                crashes,
                readySeq,
                slot,
                null,
                0,
                0,
                false,
                null,
                events);
    }

    Progress leased(Hold hold, long nowMs) {
        return new Progress(
                JobState.RUNNING,
                "",
                version + 1,
                nowMs,
                nowMs,
                0,
                attempts + 1,
                epoch + 1,
                crashes,
                0,
                slot,
                hold,
                0,
                0,
                false,
                null,
                events.ofNewAttempt());
    }

    /// The lease is over: whoever still holds it is fenced off. `attempts` may forget it.
    Progress fenced(int attempts, int crashes) {
        return new Progress(
                state,
                reason,
                version,
                changedMs,
                startedMs,
                finishedMs,
                attempts,
                epoch + 1,
                crashes,
                0,
                slot,
                null,
                0,
                0,
                false,
                null,
                events);
    }

    Progress ended(JobState state, String reason, int answerStatus, long nowMs, long expiresMs) {
        return new Progress(
                state,
                reason,
                version + 1,
                nowMs,
                startedMs,
                nowMs,
                attempts,
                epoch,
                crashes,
                0,
                OUTSIDE,
                null,
                answerStatus,
                expiresMs,
                false,
                null,
                events);
    }

    Progress withoutPayload() {
        return new Progress(
                state,
                reason,
                version + 1,
                changedMs,
                startedMs,
                finishedMs,
                attempts,
                epoch,
                crashes,
                0,
                OUTSIDE,
                null,
                answerStatus,
                expiresMs,
                true,
                redrivenAs,
                events);
    }

    Progress redriven(JobId as) {
        return new Progress(
                state,
                reason,
                version + 1,
                changedMs,
                startedMs,
                finishedMs,
                attempts,
                epoch,
                crashes,
                0,
                OUTSIDE,
                null,
                answerStatus,
                expiresMs,
                payloadGone,
                as,
                events);
    }

    /// @param isShown whether the status of the job differs, which makes it another version
    Progress with(Events events, boolean isShown) {
        return new Progress(
                state,
                reason,
                isShown ? version + 1 : version,
                changedMs,
                startedMs,
                finishedMs,
                attempts,
                epoch,
                crashes,
                readySeq,
                slot,
                hold,
                answerStatus,
                expiresMs,
                payloadGone,
                redrivenAs,
                events);
    }

    /// The same, as if it had changed at that time.
    Progress changedAt(long ms) {
        return new Progress(
                state,
                reason,
                version,
                ms,
                startedMs,
                finishedMs,
                attempts,
                epoch,
                crashes,
                readySeq,
                slot,
                hold,
                answerStatus,
                expiresMs,
                payloadGone,
                redrivenAs,
                events);
    }

    /// The same, standing elsewhere with its limit key.
    Progress at(long nextSlot) {
        return new Progress(
                state,
                reason,
                version,
                changedMs,
                startedMs,
                finishedMs,
                attempts,
                epoch,
                crashes,
                readySeq,
                nextSlot,
                hold,
                answerStatus,
                expiresMs,
                payloadGone,
                redrivenAs,
                events);
    }
}
