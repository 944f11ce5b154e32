package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.StoreRefusal;

/// The result of a job: status, fields and body as the upstream sent them, or the range of it that the client wants.
final class JobResultAnswer extends JobAnswer {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;

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
        if (result.status() == OK) {
            sendRange(result);
        } else {
            PartAnswer.whole(exchange(), result.head(), result.body());
        }
    }

    private void sendRange(StoredResult result) {
        long bytes = result.body().bytes();
        String given = result.field("etag");
        // The result of a job never changes.
        String tag = given == null ? "\"" + id().text() + "\"" : given;
        ByteRange range = ByteRange.of(exchange().head(), bytes, tag);
        if (range != null && !range.isSatisfiable()) {
            ProblemWriter.answer(
                    exchange(),
                    Problem.of(ProblemType.RANGE_NOT_SATISFIABLE, "range-not-satisfiable")
                            .with("content-range", range.contentRange(bytes)));
            return;
        }
        // Digests of the content are those of all of it.
        ResponseHead head = range == null
                ? result.head(OK, "accept-ranges")
                : result.head(PARTIAL_CONTENT, "accept-ranges", "content-digest", "content-md5");
        head.add("accept-ranges", "bytes");
        if (given == null) {
            head.add("etag", tag);
        }
        if (range == null) {
            PartAnswer.whole(exchange(), head, result.body());
        } else {
            head.add("content-range", range.contentRange(bytes));
            PartAnswer.some(exchange(), head, result.body(), range.from(), range.end());
        }
    }
}
