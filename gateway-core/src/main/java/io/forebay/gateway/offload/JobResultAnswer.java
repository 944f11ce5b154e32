package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.StoreRefusal;

/// The result of a job: status, fields and body as the upstream sent them.
final class JobResultAnswer extends JobAnswer {
    JobResultAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange, id, parts);
    }

    @Override
    void onJob(Job job) {
        if (!job.state().isTerminal()) {
            refuse(Problem.of(ProblemType.JOB_NOT_FINISHED, "job-not-finished").with("retry-after", "1"));
        } else if (!job.hasResult()) {
            refuse(Problem.of(
                    ProblemType.JOB_WITHOUT_RESULT, job.reason().isEmpty() ? "job-without-result" : job.reason()));
        } else if (job.sizes().payloadGone()) {
            refuse(ProblemCatalog.of(new StoreRefusal.PayloadGone(id())));
        } else {
            StoredResult.read(parts().reader(), job, orRefuse(this::send));
        }
    }

    private void send(StoredResult result) {
        over();
        exchange().answerWhole(result.head(), result.body());
    }
}
