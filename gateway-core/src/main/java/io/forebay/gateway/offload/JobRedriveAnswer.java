package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;

/// Has a dead letter tried again, as a new job of the same owner, and says where that is. Twice, it is the same job.
final class JobRedriveAnswer extends JobAnswer {
    JobRedriveAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange, id, parts);
    }

    /// To its owner a job is no secret, but only whoever has `admin` may do this.
    @Override
    void onJob(Job job) {
        if (mayAdminister(job)) {
            parts().store().redrive(id(), orRefuse(this::accept));
        } else {
            refuse(Problem.of(ProblemType.FORBIDDEN, "admin-not-permitted"));
        }
    }

    private void accept(Job again) {
        over();
        byte[] document = JobDocument.write(again, parts().settings().jobsPath());
        exchange()
                .answerWhole(
                        new ResponseHead()
                                .begin(202)
                                .add("content-type", "application/json")
                                .add(
                                        "location",
                                        parts().settings().jobsPath() + "/"
                                                + again.id().text())
                                .add("cache-control", "no-store")
                                .contentLength(document.length),
                        document);
    }
}
