package io.forebay.offload.machine;

import io.forebay.offload.Failure;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;

/// What a timer does. The job says which timers it still waits for; one that it does not is a leftover of the same
/// batch and does nothing.
final class TimerRules {
    private static final int EVENTS_ERASED_AT_ONCE = 256;

    private TimerRules() {}

    static Transition fire(JobIndex index, TimerKey timer, long nowMs) {
        StoredJob job = index.job(timer.job());
        if (job == null || job.alarms().at(timer.kind()) != timer.fireAtMs()) {
            return Transition.NOTHING;
        }
        Draft draft = new Draft(index, nowMs);
        switch (timer.kind()) {
            case DELAY -> draft.changed(draft.ready(job, ""));
            case RETRY -> draft.changed(draft.ready(job, job.progress().reason()));
            case LEASE -> leaseEnds(draft, job);
            case DEADLINE -> AttemptRules.cutOff(draft, job, JobState.EXPIRED, "deadline");
            case EXPIRY -> expires(draft, job);
        }
        return draft.silent();
    }

    private static void leaseEnds(Draft draft, StoredJob job) {
        long endMs = draft.index.leaseEnd(job.id());
        if (endMs > draft.nowMs) {
            // A heartbeat moved the end since the timer was set.
            draft.changed(job.with(
                    job.progress(),
                    job.alarms().with(TimerKind.LEASE, draft.index.wheel().admit(endMs))));
            return;
        }
        Hold hold = job.progress().hold();
        boolean worker = hold != null && hold.kind() == LeaseKind.PULL;
        AttemptRules.failed(
                draft, job, new Failure(worker ? "lease-expired" : "timeout", true, 0, false, worker, null));
    }

    /// First the bytes go, those of many events in steps; the job itself stays to say so, and as long as its
    /// idempotency key must hold.
    private static void expires(Draft draft, StoredJob job) {
        Events events = job.progress().events();
        if (!job.progress().payloadGone() && events.kept() > EVENTS_ERASED_AT_ONCE) {
            draft.changed(job.with(
                    job.progress().with(events.erasedBefore(events.erased() + EVENTS_ERASED_AT_ONCE), false),
                    Alarms.NONE.with(TimerKind.EXPIRY, draft.index.wheel().admit(draft.nowMs))));
            return;
        }
        if (!job.progress().payloadGone()) {
            KeyClaim claim = job.origin().claim();
            long windowEndMs = claim == null ? 0 : claim.windowEndMs();
            long keptMs = Math.max(windowEndMs, job.progress().expiresMs());
            long goneMs = Math.max(keptMs, draft.nowMs + Draft.TOMBSTONE_MS);
            draft.changed(new StoredJob(
                    job.id(),
                    job.origin(),
                    job.progress().withoutPayload(),
                    Alarms.NONE.with(TimerKind.EXPIRY, draft.index.wheel().admit(goneMs)),
                    job.payload().erased()));
            return;
        }
        draft.erased(job);
    }
}
