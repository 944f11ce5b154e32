package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call about one lease. The caller must be allowed to lease from its job's queue, and the job must still run under
/// this lease; a worker whose job was canceled learns so here. A queue that the policy no longer names has no
/// permissions to ask, so that the lease alone decides and work under way is not lost. Owned by the exchange's loop.
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

    /// Goes on with [#onLease(QueuePolicy)] if the caller may lease from the job's queue: what is done there asks the
    /// store whether the lease holds. The job is looked up only if nobody remembers its queue.
    final void startUnread() {
        String queue = parts.leasedJobs().queueOf(key.job());
        if (queue == null) {
            start();
            return;
        }
        QueuePolicy policy = exchange().snapshot().queue(queue);
        if (isPermitted(policy)) {
            onLease(policy);
        }
    }

    /// Looks the job up and goes on with [#onLease(QueuePolicy)].
    final void start() {
        parts.reader()
                .job(
                        key.job(),
                        outcome -> onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Done<Job>(Job job) -> check(job, this::onLease);
                                case Outcome.Refused<Job>(StoreRefusal.NotFound _) -> refuse(stale(STALE));
                                case Outcome.Refused<Job>(var refusal) -> refuse(ProblemCatalog.of(refusal));
                            }
                        }));
    }

    /// Refuses whoever may not know of the job, and a lease that does not hold.
    private void check(Job job, Consumer<@Nullable QueuePolicy> otherwise) {
        QueuePolicy queue = exchange().snapshot().queue(job.queue());
        if (!isPermitted(queue)) {
            return;
        }
        String stale = staleReason(job, key);
        if (stale != null) {
            refuse(stale(stale));
        } else {
            otherwise.accept(queue);
        }
    }

    private boolean isPermitted(@Nullable QueuePolicy queue) {
        boolean isPermitted = queue == null || WorkerEndpoints.mayLease(exchange(), queue);
        if (!isPermitted) {
            refuse(Problem.of(ProblemType.FORBIDDEN, "lease-not-permitted"));
        }
        return isPermitted;
    }

    /// A completion that comes back to the loop. If the store finds that the lease does not hold, the worker is told
    /// what has become of its job.
    final <T> Completion<T> orStale(Consumer<T> next) {
        return outcome -> onLoop(() -> {
            switch (outcome) {
                case Outcome.Done<T>(T value) -> next.accept(value);
                case Outcome.Refused<T>(StoreRefusal.StaleEpoch refusal) -> explain(refusal);
                case Outcome.Refused<T>(StoreRefusal.AlreadyTerminal refusal) -> explain(refusal);
                case Outcome.Refused<T>(StoreRefusal.NotFound _) -> refuse(stale(STALE));
                case Outcome.Refused<T>(var refusal) -> refuse(ProblemCatalog.of(refusal));
            }
        });
    }

    private void explain(StoreRefusal why) {
        parts.reader()
                .job(
                        key.job(),
                        outcome -> onLoop(() -> {
                            if (outcome instanceof Outcome.Done<Job>(Job job)) {
                                check(job, _ -> refuse(ProblemCatalog.of(why)));
                            } else {
                                refuse(stale(STALE));
                            }
                        }));
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

    /// The caller may do with the job's lease what it asks for, if the lease holds. After [#start()] it is known to.
    ///
    /// @param queue null if the policy no longer names it
    abstract void onLease(@Nullable QueuePolicy queue);
}
