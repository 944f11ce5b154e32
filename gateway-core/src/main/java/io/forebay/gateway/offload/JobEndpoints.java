package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.JobId;
import io.forebay.policy.Principal;
import io.forebay.policy.Refusal;
import java.util.Optional;

/// The HTTP endpoints under the reserved prefix: `GET` and `HEAD /_jobs/{id}`, `GET /_jobs/{id}/result`,
/// `DELETE /_jobs/{id}`, and those of workers ([WorkerEndpoints]). Reads and changes are asked of the store and
/// answered from its callbacks, so that no loop
/// waits. Shared by all loops.
public final class JobEndpoints {
    private static final String RESULT = "/result";

    private final JobParts parts;
    private final WorkerEndpoints workers;

    /// @param submissions whose bound of collected bodies holds for workers' results too
    public JobEndpoints(JobParts parts, Submissions submissions) {
        this.parts = parts;
        this.workers = new WorkerEndpoints(parts, submissions.collecting());
    }

    /// How many clients wait for their job, and workers for one.
    public int waiting() {
        return parts.longPolls().count() + parts.leasePolls().count();
    }

    /// Lets nobody wait any more: whoever does is told what there is.
    public void drain() {
        parts.longPolls().drain();
        parts.leasePolls().drain();
    }

    /// A lease of the queue may find a job. Called on `store-writer`.
    public void ready(String queue) {
        parts.leasePolls().ready(queue);
    }

    /// The job has changed. Called on `store-writer`.
    public void changed(JobId id) {
        parts.longPolls().changed(id);
    }

    /// Answers a request under the reserved prefix. Called on the exchange's loop.
    public void handle(Exchange exchange) {
        if (isUnknownCaller(exchange)) {
            ProblemWriter.answer(exchange, ProblemCatalog.of(Refusal.TokenMissing.INSTANCE));
            return;
        }
        RequestHead head = exchange.head();
        String path = head.text(head.path());
        String jobs = parts.settings().jobsPath() + "/";
        if (workers.handle(exchange, path)) {
            return;
        }
        if (!path.startsWith(jobs)) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.NO_ROUTE, "no-route"));
            return;
        }
        String rest = path.substring(jobs.length());
        boolean isResult = rest.endsWith(RESULT);
        String idText = isResult ? rest.substring(0, rest.length() - RESULT.length()) : rest;
        Optional<JobId> id = JobId.parse(idText);
        if (id.isEmpty()) {
            ProblemWriter.answer(exchange, ProblemCatalog.jobNotFound());
        } else if (isResult) {
            result(exchange, id.get());
        } else {
            job(exchange, id.get());
        }
    }

    /// Whether the caller shows no credential where one is needed. Where some route lets anonymous callers hold jobs
    /// by their unguessable URL, such a caller may ask, and finds anonymous jobs only.
    private static boolean isUnknownCaller(Exchange exchange) {
        return exchange.principal().kind() == Principal.Kind.ANONYMOUS
                && exchange.listener().jobsSecurity() != null
                && exchange.snapshot().rules().stream()
                        .noneMatch(
                                rule -> rule.offload() != null && rule.offload().anonymousCapability());
    }

    private void job(Exchange exchange, JobId id) {
        RequestHead head = exchange.head();
        if (head.methodIs("GET") || head.methodIs("HEAD")) {
            new JobStatusAnswer(exchange, id, parts).start();
        } else if (head.methodIs("DELETE")) {
            new JobCancelAnswer(exchange, id, parts).start();
        } else {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("GET, HEAD, DELETE"));
        }
    }

    private void result(Exchange exchange, JobId id) {
        RequestHead head = exchange.head();
        if (head.methodIs("GET") || head.methodIs("HEAD")) {
            new JobResultAnswer(exchange, id, parts).start();
        } else {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("GET, HEAD"));
        }
    }
}
