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
/// `GET /_jobs/{id}/events`, `DELETE /_jobs/{id}`, `POST /_jobs/{id}/redrive`, and those of workers
/// ([WorkerEndpoints]). Reads and changes are
/// asked of the store and answered from its callbacks, so that no loop waits. Shared by all loops.
public final class JobEndpoints {
    private static final String RESULT = "/result";
    private static final String EVENTS = "/events";
    private static final String REDRIVE = "/redrive";

    private final JobParts parts;
    private final WorkerEndpoints workers;

    /// @param submissions whose bound of collected bodies holds for workers' results too
    public JobEndpoints(JobParts parts, Submissions submissions) {
        this.parts = parts;
        this.workers = new WorkerEndpoints(parts, submissions.collecting());
    }

    /// How many clients wait for their job or follow it, and workers wait for one.
    public int waiting() {
        return parts.longPolls().count()
                + parts.followers().count()
                + parts.leasePolls().count();
    }

    /// Lets nobody wait any more: whoever does is told what there is.
    public void drain() {
        parts.longPolls().drain();
        parts.followers().drain();
        parts.leasePolls().drain();
    }

    /// A lease of the queue may find a job. Called on `store-writer`.
    public void ready(String queue) {
        parts.leasePolls().ready(queue);
    }

    /// The job has changed. Called on `store-writer`.
    public void changed(JobId id) {
        parts.longPolls().changed(id);
        parts.followers().changed(id);
    }

    /// The job has more events. Called on `store-writer`.
    public void emitted(JobId id) {
        parts.followers().changed(id);
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
        int slash = rest.indexOf('/');
        Optional<JobId> id = JobId.parse(slash < 0 ? rest : rest.substring(0, slash));
        String part = slash < 0 ? "" : rest.substring(slash);
        if (id.isEmpty()) {
            ProblemWriter.answer(exchange, ProblemCatalog.jobNotFound());
            return;
        }
        switch (part) {
            case "" -> job(exchange, id.get());
            case RESULT -> reads(exchange, () -> new JobResultAnswer(exchange, id.get(), parts).start());
            case EVENTS -> reads(exchange, () -> JobEventsAnswer.start(exchange, id.get(), parts));
            case REDRIVE -> redrive(exchange, id.get());
            default -> ProblemWriter.answer(exchange, ProblemCatalog.jobNotFound());
        }
    }

    private void redrive(Exchange exchange, JobId id) {
        if (exchange.head().methodIs("POST")) {
            new JobRedriveAnswer(exchange, id, parts).start();
        } else {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("POST"));
        }
    }

    /// Whether the caller shows no credential where one is needed. Where some route lets anonymous callers hold jobs
    /// by their unguessable URL, such a caller may ask, and finds anonymous jobs only.
    private static boolean isUnknownCaller(Exchange exchange) {
        return exchange.principal().kind() == Principal.Kind.ANONYMOUS
                && exchange.listener().jobsSecurity() != null
                && !exchange.snapshot().hasAnonymousJobs();
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

    private static void reads(Exchange exchange, Runnable answer) {
        RequestHead head = exchange.head();
        if (head.methodIs("GET") || head.methodIs("HEAD")) {
            answer.run();
        } else {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("GET, HEAD"));
        }
    }
}
