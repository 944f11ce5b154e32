package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;

/// Cancels a job and shows it. A job that was canceled before is shown as it is; one that ended otherwise is 409.
final class JobCancelAnswer extends JobAnswer {
    JobCancelAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange, id, parts);
    }

    @Override
    boolean onlyReads() {
        return false;
    }

    @Override
    void onJob(Job job) {
        parts().store().cancel(id(), orRefuse(this::send));
    }

    private void send(Job canceled) {
        answerJson(JobDocument.write(canceled, parts().settings().jobsPath()));
    }
}
