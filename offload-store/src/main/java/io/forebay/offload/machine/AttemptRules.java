package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.Answer;
import io.forebay.offload.Failure;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How an attempt ends: with an answer, with a failure, given back, cut off. Every way out checks the lease first.
final class AttemptRules {
    /// A job that lost so many workers is not given to another.
    private static final int CRASHES_MAX = 2;

    private AttemptRules() {}

    static Transition complete(JobIndex index, Command.Complete command, long nowMs) {
        StoredJob job = index.job(command.lease().job());
        StoreRefusal refusal = LeaseRules.refusal(job, command.lease());
        if (job == null || refusal != null) {
            return Transition.refused(requireNonNull(refusal, "refusal"));
        }
        Draft draft = new Draft(index, nowMs);
        StoreRefusal tooLarge = tooLarge(draft, job, command.answer());
        if (tooLarge != null) {
            return Transition.refused(tooLarge);
        }
        return draft.done(
                draft.ended(job, JobState.SUCCEEDED, "", command.answer()).toJob());
    }

    private static @Nullable StoreRefusal tooLarge(Draft draft, StoredJob job, Answer answer) {
        long bytesMax = draft.queueOf(job).settings().limits().resultBytesMax();
        return answer.body().bytes() > bytesMax
                ? new StoreRefusal.PayloadTooLarge(answer.body().bytes(), bytesMax)
                : null;
    }

    static Transition fail(JobIndex index, Command.Fail command, long nowMs) {
        StoredJob job = index.job(command.lease().job());
        StoreRefusal refusal = LeaseRules.refusal(job, command.lease());
        if (job == null || refusal != null) {
            return Transition.refused(requireNonNull(refusal, "refusal"));
        }
        Draft draft = new Draft(index, nowMs);
        Answer answer = command.failure().answer();
        StoreRefusal tooLarge = answer == null ? null : tooLarge(draft, job, answer);
        if (tooLarge != null) {
            return Transition.refused(tooLarge);
        }
        StoredJob after = failed(draft, job, command.failure());
        if (answer != null) {
            Draft.unlessKept(after, answer.body()).forEach(draft::add);
        }
        return draft.done(after.toJob());
    }

    /// The attempt failed: another one later, or the dead letters.
    static StoredJob failed(Draft draft, StoredJob job, Failure failure) {
        int crashes = job.progress().crashes() + (failure.crash() ? 1 : 0);
        StoredJob fenced = job.with(job.progress().fenced(job.progress().attempts(), crashes));
        QueueSettings.Retry retry = draft.queueOf(job).settings().retry();
        if (failure.gatesQueue() && failure.retryAfterMs() > 0) {
            draft.add(new LogRecord.QueueGated(job.origin().queueId(), draft.nowMs + failure.retryAfterMs()));
        }
        if (failure.crash() && crashes >= CRASHES_MAX) {
            return draft.ended(fenced, JobState.FAILED, "quarantined", failure.answer());
        }
        if (!failure.retryable() || !mayFollow(job, retry)) {
            return draft.ended(fenced, JobState.FAILED, failure.reason(), failure.answer());
        }
        long delayMs = Math.max(failure.retryAfterMs(), backoffMs(job, retry));
        long deadlineMs = job.origin().deadlineMs();
        if (deadlineMs != 0 && draft.nowMs + delayMs >= deadlineMs) {
            // The next attempt would come too late.
            return draft.ended(fenced, JobState.EXPIRED, "deadline", failure.answer());
        }
        return draft.changed(draft.backedOff(fenced, failure.reason(), delayMs));
    }

    /// Whether the job may be attempted once more.
    private static boolean mayFollow(StoredJob job, QueueSettings.Retry retry) {
        return job.origin().isRepeatable() && job.progress().attempts() < retry.attempts();
    }

    /// Full jitter below a cap that doubles with each attempt.
    private static long backoffMs(StoredJob job, QueueSettings.Retry retry) {
        int attempt = job.progress().attempts();
        int doublings = Math.min(attempt - 1, Long.numberOfLeadingZeros(retry.baseMs()) - 1);
        long capMs = Math.min(retry.maxMs(), retry.baseMs() << Math.max(0, doublings));
        return Mixing.jitterMs(job.id(), attempt, capMs);
    }

    static Transition release(JobIndex index, Command.Release command, long nowMs) {
        StoredJob job = index.job(command.lease().job());
        StoreRefusal refusal = LeaseRules.refusal(job, command.lease());
        if (job == null || refusal != null) {
            return Transition.refused(requireNonNull(refusal, "refusal"));
        }
        Draft draft = new Draft(index, nowMs);
        StoredJob fenced = job.with(job.progress()
                .fenced(job.progress().attempts() - 1, job.progress().crashes()));
        if (!job.origin().isRepeatable()) {
            return draft.done(
                    draft.ended(fenced, JobState.FAILED, "interrupted", null).toJob());
        }
        StoredJob back = command.delayMs() == 0
                ? draft.ready(fenced, "released")
                : draft.backedOff(fenced, "released", command.delayMs());
        return draft.done(draft.changed(back).toJob());
    }

    /// A job whose only attempt was not made, and of which nobody knows, leaves no trace.
    static Transition withdraw(JobIndex index, Command.Withdraw command, long nowMs) {
        StoredJob job = index.job(command.lease().job());
        StoreRefusal refusal = LeaseRules.refusal(job, command.lease());
        if (job == null || refusal != null) {
            return Transition.refused(requireNonNull(refusal, "refusal"));
        }
        Draft draft = new Draft(index, nowMs);
        draft.erased(job);
        return draft.done(job.toJob());
    }

    static Transition cancel(JobIndex index, Command.Cancel command, long nowMs) {
        StoredJob job = index.job(command.job());
        if (job == null) {
            return Transition.refused(new StoreRefusal.NotFound(command.job()));
        }
        if (job.isTerminal()) {
            return job.state() == JobState.CANCELED
                    ? Transition.done(List.of(), job.toJob())
                    : Transition.refused(new StoreRefusal.AlreadyTerminal(job.id(), job.state()));
        }
        Draft draft = new Draft(index, nowMs);
        return draft.done(cutOff(draft, job, JobState.CANCELED, "canceled").toJob());
    }

    /// Ends a job whatever it was doing; a lease dies with it.
    static StoredJob cutOff(Draft draft, StoredJob job, JobState state, String reason) {
        Progress progress = job.progress();
        StoredJob fenced = job.state() == JobState.RUNNING
                ? job.with(progress.fenced(progress.attempts(), progress.crashes()))
                : job;
        return draft.ended(fenced, state, reason, null);
    }

    /// At open: a worker outside gets one fresh term. A lease of this process died with what held it, which is an
    /// attempt and no crash: the job is ready again at once, unless that was its last attempt.
    static Transition reclaim(JobIndex index, Command.Reclaim command, long nowMs) {
        StoredJob job = index.job(command.job());
        Hold hold = job == null ? null : job.progress().hold();
        if (job == null || hold == null) {
            return Transition.NOTHING;
        }
        Draft draft = new Draft(index, nowMs);
        if (hold.kind() == LeaseKind.PULL) {
            draft.add(new LogRecord.LeaseMoved(job.id(), nowMs + hold.termMs()));
            return draft.silent();
        }
        Progress progress = job.progress();
        StoredJob fenced = job.with(progress.fenced(progress.attempts(), progress.crashes()));
        if (mayFollow(job, draft.queueOf(job).settings().retry())) {
            draft.changed(draft.ready(fenced, "interrupted"));
        } else {
            draft.ended(fenced, JobState.FAILED, "interrupted", null);
        }
        return draft.silent();
    }
}
