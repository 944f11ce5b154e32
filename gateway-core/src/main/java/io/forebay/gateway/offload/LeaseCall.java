package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One call about one lease. First its job is looked up: the caller must be allowed to lease from its queue, and the
/// job must still run under this lease's epoch; a worker whose job was canceled learns so here. A queue that the
/// policy no longer names has no permissions to ask, so that the lease alone decides and work under way is not lost.
/// Owned by the exchange's loop.
abstract class LeaseCall extends PendingAnswer {
    static final String STALE = "lease-stale";

    private final LeaseKey key;
    private final JobParts parts;

    LeaseCall(Exchange exchange, LeaseKey key, JobParts parts) {
        super(exchange);
        this.key = key;
        this.parts = parts;
    }

    final LeaseKey key() {
        return key;
    }

    final JobParts parts() {
        return parts;
    }

    /// Looks the job up and goes on with [#onLease(Job, QueuePolicy)].
    final void start() {
        parts.reader()
                .job(
                        key.job(),
                        outcome -> onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Done<Job>(Job job) -> check(job);
                                case Outcome.Refused<Job>(StoreRefusal.NotFound _) -> refuse(stale(STALE));
                                case Outcome.Refused<Job>(var refusal) -> refuse(ProblemCatalog.of(refusal));
                            }
                        }));
    }

    private void check(Job job) {
        QueuePolicy queue = exchange().snapshot().queue(job.queue());
        if (queue != null && !WorkerEndpoints.mayLease(exchange(), queue)) {
            refuse(Problem.of(ProblemType.FORBIDDEN, "lease-not-permitted"));
            return;
        }
        String stale = staleReason(job, key);
        if (stale != null) {
            refuse(stale(stale));
        } else {
            onLease(job, queue);
        }
    }

    /// Why the job does not run under a lease of this epoch, or null.
    static @Nullable String staleReason(Job job, LeaseKey key) {
        if (job.state().isTerminal()) {
            return "job-" + job.state().name().toLowerCase(Locale.ROOT);
        }
        return job.state() != JobState.RUNNING || job.attempts().epoch() != key.epoch() ? STALE : null;
    }

    private static Problem stale(String reason) {
        return Problem.of(ProblemType.LEASE_STALE, reason);
    }

    /// The job runs under a lease of this epoch.
    ///
    /// @param queue null if the policy no longer names it
    abstract void onLease(Job job, @Nullable QueuePolicy queue);
}
