package io.forebay.offload.machine;

import io.forebay.offload.Content;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoreRefusal;
import java.util.List;

/// How a dead letter is tried again: as a new job with the same request, because a terminal state never changes.
/// The new id follows from the old one, so a repeat finds the same job.
final class RedriveRules {
    private RedriveRules() {}

    static Transition redrive(JobIndex index, JobId id, long nowMs) {
        StoredJob job = index.job(id);
        if (job == null) {
            return Transition.refused(new StoreRefusal.NotFound(id));
        }
        JobId before = job.progress().redrivenAs();
        if (before != null) {
            StoredJob again = index.job(before);
            return again == null
                    ? Transition.refused(new StoreRefusal.NotFound(before))
                    : Transition.done(List.of(), again.toJob());
        }
        if (!isRedrivable(job)) {
            return Transition.refused(new StoreRefusal.NotRedrivable(id, job.state()));
        }
        Draft draft = new Draft(index, nowMs);
        return draft.done(redriven(draft, job).toJob());
    }

    static boolean isRedrivable(StoredJob job) {
        return job.state() == JobState.FAILED
                && job.progress().redrivenAs() == null
                && !job.progress().payloadGone()
                && job.origin().isRepeatable();
    }

    static StoredJob redriven(Draft draft, StoredJob old) {
        JobId id = Mixing.successor(old.id(), draft.nowMs);
        byte[] head = draft.index.durable().payload(old, PayloadPart.REQUEST_HEAD);
        boolean isSpooled = old.payload().requestBody().spooled() != null;
        Content body = isSpooled
                ? Content.nothing()
                : Content.of(draft.index.durable().payload(old, PayloadPart.REQUEST_BODY));
        Payload payload =
                isSpooled ? Payload.ofRequest(head, old.payload().requestBody()) : Payload.ofRequest(head, body);
        List<StoredBytes> stored = StoredBytes.request(payload, head, body);
        // The old job first: it gives a file up that the new one takes.
        draft.changed(old.with(old.progress().redriven(id)).with(old.payload().redriven()));
        return SubmitRules.enter(draft, id, origin(draft, old), payload, stored);
    }

    /// The old origin, born now: no delay, no deadline, no idempotency key.
    private static Origin origin(Draft draft, StoredJob old) {
        Origin origin = old.origin();
        Ordering ordering = origin.ordering();
        return new Origin(
                origin.queueId(),
                origin.queue(),
                origin.tenantId(),
                origin.caller(),
                origin.route(),
                origin.priority(),
                ordering == null
                        ? null
                        : new Ordering(ordering.key(), ordering.hash(), draft.place(draft.queueOf(old))),
                null,
                null,
                draft.nowMs,
                0,
                0,
                origin.traceId(),
                old.id(),
                true,
                origin.callback(),
                origin.notice(),
                draft.queueOf(old).settings().tenants().areLimited(),
                origin.limitHash());
    }
}
