package io.forebay.offload.machine;

import io.forebay.offload.Answer;
import io.forebay.offload.Failure;
import io.forebay.offload.HandOver;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.timer.TimerKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the writer is asked to decide. Ids, tokens and hashes come in with it, made on the caller's thread.
public sealed interface Command {
    /// The command as it is decided while the disk is low.
    default Command whileDiskLow() {
        return this;
    }

    /// Whether steps before this one are worth nothing without it.
    default boolean isHalfDone() {
        return false;
    }

    /// `claim`, `dedup`, `lineHash` and `limitHash` were computed from the submission; `payload` measured. `diskLow`:
    /// only what was
    /// accepted before may be found.
    record Submit(
            Submission submission,
            @Nullable IdemKey claim,
            @Nullable IdemKey dedup,
            long lineHash,
            @Nullable Long limitHash,
            Payload payload,
            boolean diskLow)
            implements Command {
        @Override
        public Submit whileDiskLow() {
            return new Submit(submission, claim, dedup, lineHash, limitHash, payload, true);
        }
    }

    /// All of them or none, all of one queue: the first step looks whether they will be accepted, each of the others
    /// accepts one; `taken` are those of earlier steps, null before the first.
    record SubmitAll(List<Submit> items, @Nullable List<Submitted> taken) implements Command {
        @Override
        public SubmitAll whileDiskLow() {
            return new SubmitAll(items.stream().map(Submit::whileDiskLow).toList(), taken);
        }

        @Override
        public boolean isHalfDone() {
            return taken != null;
        }
    }

    /// The same for a call that is under way.
    record BeginRunning(HandOver handOver, Submit submit) implements Command {
        @Override
        public BeginRunning whileDiskLow() {
            return new BeginRunning(handOver, submit.whileDiskLow());
        }
    }

    /// Takes one job a step until `max` are held; `taken` are those of earlier steps.
    record TakeLeases(LeaseRequest request, List<Lease> taken) implements Command {}

    record Heartbeat(LeaseKey lease, long termMs) implements Command {}

    /// What the worker of a running job has to say.
    ///
    /// @param after the number of events that are kept before these, or [#ANYWHERE]
    /// @param diskLow nothing more is kept
    record Emit(LeaseKey lease, int after, List<JobEvent> events, boolean diskLow) implements Command {
        static final int ANYWHERE = -1;

        @Override
        public Emit whileDiskLow() {
            return new Emit(lease, after, events, true);
        }
    }

    record Complete(LeaseKey lease, Answer answer) implements Command {}

    record Fail(LeaseKey lease, Failure failure) implements Command {}

    record Release(LeaseKey lease, long delayMs) implements Command {}

    record Withdraw(LeaseKey lease) implements Command {}

    record Cancel(JobId job) implements Command {}

    record Redrive(JobId job) implements Command {}

    record Operate(String queue, QueueOperation operation) implements Command {}

    record StopOperation(String queue) implements Command {}

    /// One job of an operation under way, if there is one up to `lookToMs`; `skip` leaves it alone because it cannot be
    /// read. `diskLow`: nothing that takes room.
    record ContinueSweep(int queueId, long lookToMs, boolean skip, boolean diskLow) implements Command {}

    /// The next job of this queue cannot be read: leave it and go on.
    record SkipHead(String queue) implements Command {}

    record PauseQueue(String queue, Pause.Side side, String reason, long untilMs) implements Command {}

    record ResumeQueue(String queue, Pause.Side side) implements Command {}

    record Configure(Map<String, QueueSettings> queues, long generation) implements Command {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Append(String topic, byte[] entry) implements Command {}

    /// A timer's time has come; the job may know better.
    record FireTimer(TimerKey timer) implements Command {}

    record AcceptRefill(Refill refill) implements Command {}

    /// A job found running when the store opened.
    record Reclaim(JobId job) implements Command {}
}
