package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.access.QueuePermissions;

/// One answer about one job. First the job is looked up and its owner compared with the caller: who may not see it
/// learns nothing, not even that it exists. Whoever has the permission `read-any` of its queue may see it, and who has
/// `admin` may change it too. A job submitted without identity belongs to whoever knows its URL, where its
/// OffloadPolicy says so. Owned by the exchange's loop.
abstract class JobAnswer extends PendingAnswer {
    private final JobId id;
    private final JobParts parts;

    JobAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange);
        this.id = id;
        this.parts = parts;
    }

    final JobId id() {
        return id;
    }

    final JobParts parts() {
        return parts;
    }

    /// Looks the job up and goes on with [#onJob(Job)].
    final void start() {
        parts.reader().job(id, orRefuse(this::check));
    }

    private void check(Job job) {
        if (isVisible(job)) {
            onJob(job);
        } else {
            refuse(ProblemCatalog.jobNotFound());
        }
    }

    private boolean isVisible(Job job) {
        boolean isOwn = Capability.isOfNobody(job)
                ? Capability.opens(job, exchange().snapshot())
                : job.caller().principal().equals(exchange().principal().identity());
        return isOwn || (onlyReads() ? mayReadAny(job) : mayAdminister(job));
    }

    private boolean mayReadAny(Job job) {
        return permissions(job)
                .mayReadAny(exchange().principal(), exchange().connection().peer());
    }

    final boolean mayAdminister(Job job) {
        return permissions(job)
                .mayAdminister(exchange().principal(), exchange().connection().peer());
    }

    /// None for a queue that the policy no longer names.
    private QueuePermissions permissions(Job job) {
        QueuePolicy queue = exchange().snapshot().queue(job.queue());
        return queue == null ? QueuePermissions.NONE : queue.permissions();
    }

    /// Whether the job is left as it is, so that the permission `read-any` is enough.
    boolean onlyReads() {
        return true;
    }

    /// The caller may see the job.
    abstract void onJob(Job job);
}
