package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submitted;
import io.forebay.policy.offload.OffloadRule;
import java.util.concurrent.TimeUnit;

/// The answer to a request whose idempotency key names an earlier call: the same answer, for which it waits while the
/// call is under way; or the job that the call has become; or that nobody knows
/// (draft-ietf-httpapi-idempotency-key-header section 2.6). Owned by the exchange's loop.
final class KeyedRepeat extends PendingAnswer {
    /// How long a call of a rule without `timeouts.request` is waited for.
    private static final long WAIT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(60);

    private final JobParts parts;
    private final Submissions submissions;
    private final Submitted submitted;
    private final boolean becomesJob;
    private final long waitUntilNs;
    private final JobWatch watch;
    private boolean isReadingResult;

    KeyedRepeat(Exchange exchange, JobParts parts, Submissions submissions, Submitted submitted, OffloadRule rule) {
        super(exchange);
        this.parts = parts;
        this.submissions = submissions;
        this.submitted = submitted;
        long handOverAfterNs = rule.handOverAfterNs(exchange.head());
        this.becomesJob = handOverAfterNs > 0;
        long requestNs = exchange.rule().requestTimeoutNs();
        long waitNs = requestNs > 0 ? requestNs : WAIT_NS_DEFAULT;
        this.waitUntilNs = exchange.startedNs() + (becomesJob ? Math.min(handOverAfterNs, waitNs) : waitNs);
        this.watch = new JobWatch(this, parts, submitted.job().id(), this::onNews);
    }

    void start() {
        onJob(submitted.job());
    }

    private void onNews(Outcome<Job> outcome) {
        switch (outcome) {
            case Outcome.Done<Job>(Job job) -> onJob(job);
            // The call was taken back: the next repeat will be the first.
            case Outcome.Refused<Job>(StoreRefusal.NotFound gone) -> inProgress();
            case Outcome.Refused<Job>(var refusal) -> refuse(ProblemCatalog.of(refusal));
        }
    }

    private void onJob(Job job) {
        if (isReadingResult) {
            return;
        }
        if (job.state().isTerminal()) {
            end(job);
        } else if (job.state() != JobState.RUNNING) {
            accept();
        } else if (!watch.await()) {
            inProgress();
        }
    }

    private void end(Job job) {
        if (!StoredResult.isOf(job)) {
            String reason = job.sizes().payloadGone() ? "answer-expired" : job.reason();
            refuse(Problem.of(ProblemType.OUTCOME_UNKNOWN, reason.isEmpty() ? "no-answer" : reason));
            return;
        }
        isReadingResult = true;
        StoredResult.read(parts.reader(), job, orRefuse(this::answer));
    }

    private void answer(StoredResult result) {
        over();
        ResponseHead head = result.head().add("idempotent-replayed", "true");
        exchange().because("call-replayed");
        PartAnswer.whole(exchange(), head, result.body());
    }

    private void accept() {
        over();
        submissions.accepted(exchange(), submitted, "job-replayed");
    }

    private void inProgress() {
        refuse(Submissions.callInProgress());
    }

    @Override
    public void onSweep(long nowNs) {
        if (!isReadingResult && nowNs >= waitUntilNs) {
            if (becomesJob) {
                accept();
            } else {
                inProgress();
            }
        }
    }

    @Override
    void over() {
        super.over();
        watch.end();
    }
}
