package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Content;
import io.forebay.policy.HeaderName;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.forebay.policy.offload.Batch;
import io.forebay.policy.offload.OffloadDecision;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.schema.QueueSchemas;
import org.jspecify.annotations.Nullable;

/// What [Offloading] would do with a request, by the same decisions, without doing it: nothing is read from a store or
/// put into one.
public final class OffloadTrial {
    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");

    private OffloadTrial() {}

    /// What would become of the request.
    public sealed interface Course {
        /// It goes to its backend.
        record Forward() implements Course {}

        /// It goes to its backend, on record under its idempotency key; the same key is answered once.
        record KeyedCall() implements Course {}

        /// It becomes a job.
        ///
        /// @param isJudged whether a schema of the queue has judged the body, or there is none
        record Job(boolean isJudged) implements Course {}

        /// Each line of its body becomes a job.
        record Jobs(Batch.Mode mode) implements Course {}

        /// It becomes a job if its body, whose length it does not tell, is longer.
        record JobIfBodyExceeds(long bodyBytes) implements Course {}

        record Refused(Problem problem) implements Course {}
    }

    /// What would become of a request that the guards have let pass.
    ///
    /// @param exchange permitted
    /// @param body as far as it is known
    public static Course of(Exchange exchange, OffloadRule rule, byte @Nullable [] body) {
        return switch (Batch.of(exchange.head(), rule.options())) {
            case Batch.None _ -> single(exchange, rule, body);
            case Batch.Refused(Refusal refusal) -> new Course.Refused(ProblemCatalog.of(refusal));
            case Batch.Mode mode ->
                exchange.head().isSafe()
                        ? new Course.Refused(ProblemCatalog.methodNotAllowed("POST, PUT, PATCH"))
                        : unlessForbidden(exchange, rule, new Course.Jobs(mode));
        };
    }

    private static Course single(Exchange exchange, OffloadRule rule, byte @Nullable [] body) {
        return switch (rule.decideAtHead(exchange.head())) {
            case OffloadDecision.Pass _ -> keyedOr(exchange, rule, new Course.Forward());
            case OffloadDecision.DeferIfBodyExceeds(long bytes) ->
                KeyedCalls.concern(exchange, rule)
                        ? keyedOr(exchange, rule, new Course.JobIfBodyExceeds(bytes))
                        : new Course.JobIfBodyExceeds(bytes);
            case OffloadDecision.Defer _ -> unlessForbidden(exchange, rule, job(exchange, rule, body));
        };
    }

    private static Course keyedOr(Exchange exchange, OffloadRule rule, Course otherwise) {
        if (!KeyedCalls.concern(exchange, rule)) {
            return otherwise;
        }
        Course planned = planned(exchange, rule, new Course.KeyedCall());
        return unlessForbidden(exchange, rule, planned);
    }

    private static Course unlessForbidden(Exchange exchange, OffloadRule rule, Course course) {
        return Submissions.mayEnqueue(exchange, rule)
                ? course
                : new Course.Refused(Problem.of(ProblemType.FORBIDDEN, Submissions.ENQUEUE_NOT_PERMITTED));
    }

    private static Course planned(Exchange exchange, OffloadRule rule, Course course) {
        return switch (SubmitPlanner.byHead(exchange, exchange.head(), rule, Content.BYTES_MAX)) {
            case SubmitPlanner.Refused(Problem problem) -> new Course.Refused(problem);
            case SubmitPlan _ -> course;
        };
    }

    private static Course job(Exchange exchange, OffloadRule rule, byte @Nullable [] body) {
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        QueueSchemas schemas = queue == null ? null : queue.schemas();
        Course course = planned(exchange, rule, new Course.Job(schemas == null || body != null));
        if (schemas == null || body == null || !(course instanceof Course.Job)) {
            return course;
        }
        HeaderName versionHeader = schemas.versionHeader();
        String version = versionHeader == null || exchange.head().isForThisHop(versionHeader)
                ? null
                : exchange.head().headerText(versionHeader);
        Refusal refusal = schemas.refusal(version, exchange.head().headerText(CONTENT_TYPE), body);
        return refusal == null ? course : new Course.Refused(ProblemCatalog.of(refusal));
    }
}
