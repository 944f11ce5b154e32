package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.offload.HandedOver;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.OffloadRule;

/// Calls under an idempotency key: that a call is made is on disk before the upstream hears of it, so a repeat finds
/// the
/// call, or its answer, or that nobody knows what became of it, and is never a second call. What is on disk is a job
/// that runs from its first commit on, so a call that turns out slow is a job already. Shared by all loops.
final class KeyedCalls {
    private final JobParts parts;
    private final Submissions submissions;
    private final RunningAttempts attempts;
    private final Forwarder forwarder;
    private final OverloadHold overloadHold;

    KeyedCalls(
            JobParts parts,
            Submissions submissions,
            RunningAttempts attempts,
            Forwarder forwarder,
            OverloadHold overloadHold) {
        this.parts = parts;
        this.submissions = submissions;
        this.attempts = attempts;
        this.forwarder = forwarder;
        this.overloadHold = overloadHold;
    }

    /// Whether repeats of this request must be told: its method changes something, and it bears a key, or should.
    static boolean concern(Exchange exchange, OffloadRule rule) {
        IdempotencyRule idempotency = rule.idempotency();
        return idempotency != null
                && !exchange.head().isSafe()
                && !(idempotency.key(exchange.head()) instanceof IdempotencyKey.Absent);
    }

    /// Puts the call on record, and makes it if it is the first under its key.
    void begin(PendingAnswer pending, SubmitPlan plan, byte[] body) {
        Exchange exchange = pending.exchange();
        QueuePolicy queue = exchange.snapshot().queue(plan.rule().queue());
        if (queue == null) {
            pending.refuse(
                    ProblemCatalog.of(new StoreRefusal.QueueMissing(plan.rule().queue())));
            return;
        }
        boolean isRepeatable = HandOvers.isRepeatable(exchange, queue);
        Submission submission = submissions.ofKeyedCall(exchange, plan, body, isRepeatable);
        if (!Submissions.fits(pending, submission)) {
            return;
        }
        CollectedBody counted = CollectedBody.of(submissions.collecting(), body);
        if (counted == null) {
            pending.refuse(ProblemCatalog.of(
                    new StoreRefusal.IntakePaused(submissions.collecting().bytesMax())));
            return;
        }
        Recorded call = new Recorded(plan, queue, isRepeatable, submission.requestHead());
        submissions.callsUnderWay().begin(submission.id());
        attempts.begin(
                submission,
                isRepeatable,
                queue,
                outcome -> exchange.loop().eventLoop().execute(() -> {
                    if (!begun(pending, call, counted, submission.id(), outcome)) {
                        counted.drop();
                    }
                }));
    }

    /// A call on record.
    ///
    /// @param storedRequest the head that is kept
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Recorded(SubmitPlan plan, QueuePolicy queue, boolean isRepeatable, byte[] storedRequest) {}

    /// Whether the call is made, with the body.
    private boolean begun(
            PendingAnswer pending, Recorded call, CollectedBody body, JobId id, Outcome<HandedOver> outcome) {
        if (outcome instanceof Outcome.Done<HandedOver>(HandedOver(Submitted submitted, Lease lease))
                && lease != null) {
            KeyedCall first = new KeyedCall(pending.exchange(), call, submitted, lease, this);
            submissions.callsUnderWay().made(id, first);
            if (pending.isOver()) {
                first.onAbandoned(false);
                return false;
            }
            pending.over();
            first.start(body);
            return true;
        }
        submissions.callsUnderWay().none(id);
        if (!pending.isOver()) {
            switch (outcome) {
                case Outcome.Refused<HandedOver>(var refusal) -> pending.refuse(ProblemCatalog.of(refusal));
                case Outcome.Done<HandedOver>(var earlier) -> repeated(pending, call, earlier.submitted());
            }
        }
        return false;
    }

    private void repeated(PendingAnswer pending, Recorded call, Submitted earlier) {
        pending.over();
        new KeyedRepeat(
                        pending.exchange(),
                        parts,
                        submissions,
                        earlier,
                        call.plan().rule())
                .start();
    }

    JobParts parts() {
        return parts;
    }

    Submissions submissions() {
        return submissions;
    }

    RunningAttempts attempts() {
        return attempts;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    OverloadHold overloadHold() {
        return overloadHold;
    }
}
