package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.offload.HandedOver;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.OffloadRule;

/// Calls under an idempotency key: that a call is made is on disk before the upstream hears of it, so a repeat finds
/// the call, or its answer, or that nobody knows what became of it, and is never a second call. What is on disk is a
/// job that runs from its first commit on, so a call that turns out slow is a job already. Shared by all loops.
final class KeyedCalls {
    private final Parts parts;

    /// What every call works with.
    ///
    /// @param attempts who goes on with calls that are slow or whose client left
    record Parts(
            JobParts jobs,
            Submissions submissions,
            RunningAttempts attempts,
            Forwarder forwarder,
            OverloadHold overloadHold) {
        CallsUnderWay callsUnderWay() {
            return submissions.callsUnderWay();
        }
    }

    KeyedCalls(Parts parts) {
        this.parts = parts;
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
        Submission submission = parts.submissions().ofKeyedCall(exchange, plan, body, isRepeatable);
        Problem tooLong = Submissions.tooLong(submission);
        if (tooLong != null) {
            pending.refuse(tooLong);
            return;
        }
        CollectedBody counted = CollectedBody.of(parts.submissions().collecting(), body);
        if (counted == null) {
            pending.refuse(ProblemCatalog.of(new StoreRefusal.IntakePaused(
                    parts.submissions().collecting().bytesMax())));
            return;
        }
        Recorded call = new Recorded(plan, exchange.snapshot(), queue, isRepeatable, submission.requestHead());
        parts.callsUnderWay().begin(submission.id());
        parts.attempts()
                .begin(
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
    record Recorded(
            SubmitPlan plan, PolicySnapshot snapshot, QueuePolicy queue, boolean isRepeatable, byte[] storedRequest) {}

    /// Whether the call is made, with the body.
    private boolean begun(
            PendingAnswer pending, Recorded call, CollectedBody body, JobId id, Outcome<HandedOver> outcome) {
        if (outcome instanceof Outcome.Done<HandedOver>(HandedOver(Submitted submitted, Lease lease))
                && lease != null) {
            KeyedCall first = new KeyedCall(pending.exchange(), call, submitted, lease, parts);
            parts.callsUnderWay().made(id, first);
            if (pending.isOver()) {
                first.onAbandoned(false);
                return false;
            }
            pending.over();
            first.start(body);
            return true;
        }
        parts.callsUnderWay().none(id);
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
                        parts.jobs(),
                        parts.submissions(),
                        earlier,
                        call.plan().rule())
                .start();
    }
}
