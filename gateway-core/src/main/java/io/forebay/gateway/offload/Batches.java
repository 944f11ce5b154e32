package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.policy.Refusal;
import io.forebay.policy.offload.Batch;
import io.forebay.policy.offload.OffloadRule;

/// Takes requests that are many: those with the field `Forebay-Batch`, where the OffloadPolicy accepts it. Who sends
/// one asks for jobs, whatever else makes a request one. Shared by all loops.
final class Batches {
    private final JobParts parts;
    private final Submissions submissions;
    private final SubmitPlanner planner;

    Batches(JobParts parts, Submissions submissions, SubmitPlanner planner) {
        this.parts = parts;
        this.submissions = submissions;
        this.planner = planner;
    }

    /// Whether the request is a batch; it will be answered then.
    boolean take(Exchange exchange, OffloadRule rule) {
        return switch (Batch.of(exchange.head(), rule.options())) {
            case Batch.None none -> false;
            case Batch.Refused(Refusal refusal) -> refuse(exchange, ProblemCatalog.of(refusal));
            case Batch.Mode mode -> {
                if (exchange.head().isSafe()) {
                    yield refuse(exchange, ProblemCatalog.methodNotAllowed("POST, PUT, PATCH"));
                }
                if (!Submissions.mayEnqueue(exchange, rule)) {
                    yield refuse(exchange, Problem.of(ProblemType.FORBIDDEN, Submissions.ENQUEUE_NOT_PERMITTED));
                }
                BatchItems items = new BatchItems(exchange, rule, submissions, planner);
                switch (mode) {
                    case ATOMIC -> new AtomicBatch(exchange, items, parts, submissions).start();
                    case EACH -> new StreamedBatch(exchange, items, parts, submissions).start();
                }
                yield true;
            }
        };
    }

    private static boolean refuse(Exchange exchange, Problem problem) {
        ProblemWriter.answer(exchange, problem);
        return true;
    }
}
