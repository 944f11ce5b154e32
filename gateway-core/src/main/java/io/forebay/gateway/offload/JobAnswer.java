package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import java.util.function.Consumer;

/// One answer about one job. First the job is looked up and its owner compared with the caller: who may not see it
/// learns nothing, not even that it exists. A job submitted without identity belongs to whoever knows its URL, where
/// its OffloadPolicy says so. Owned by the exchange's loop.
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
        return Capability.isOfNobody(job)
                ? Capability.opens(job, exchange().snapshot())
                : job.caller().principal().equals(exchange().principal().identity());
    }

    /// The job is the caller's.
    abstract void onJob(Job job);

    /// A completion that comes back to the loop, and answers a refusal by itself.
    final <T> Completion<T> orRefuse(Consumer<T> next) {
        return outcome -> onLoop(() -> {
            switch (outcome) {
                case Outcome.Done<T>(T value) -> next.accept(value);
                case Outcome.Refused<T>(var refusal) -> refuse(ProblemCatalog.of(refusal));
            }
        });
    }
}
