package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Content;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.JobOptions;
import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// Says what the head of a request decides about the job it becomes, before its body has come. Shared by all loops.
final class SubmitPlanner {
    private final Submissions submissions;

    /// A plan, or why there is none.
    sealed interface Planned permits SubmitPlan, Refused {}

    /// The request is not taken.
    record Refused(Problem problem) implements Planned {
        static Refused of(Refusal refusal) {
            return new Refused(ProblemCatalog.of(refusal));
        }

        static Refused of(StoreRefusal refusal) {
            return new Refused(ProblemCatalog.of(refusal));
        }
    }

    SubmitPlanner(Submissions submissions) {
        this.submissions = submissions;
    }

    /// @param head the exchange's own, or that of an item of its batch
    /// @param bytesMax the longest body that can be taken whatever the queue allows
    Planned plan(Exchange exchange, RequestHead head, OffloadRule rule, long bytesMax) {
        return switch (byHead(exchange, head, rule, bytesMax)) {
            case Refused refused -> refused;
            case SubmitPlan plan -> unlessKnown(exchange, plan);
        };
    }

    /// The same without asking the store anything.
    static Planned byHead(Exchange exchange, RequestHead head, OffloadRule rule, long bytesMax) {
        IdempotencyRule idempotency = rule.idempotency();
        String key = null;
        if (idempotency != null) {
            switch (idempotency.key(head)) {
                case IdempotencyKey.Absent absent -> {}
                case IdempotencyKey.Given(String text) -> key = text;
                case IdempotencyKey.Refused(Refusal refusal) -> {
                    return Refused.of(refusal);
                }
            }
        }
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        if (queue == null && key == null) {
            return Refused.of(new StoreRefusal.QueueMissing(rule.queue()));
        }
        // With a key it may be a repeat, whose job is there although its queue is gone: the store knows.
        long bodyMax = Math.min(
                bytesMax, queue == null ? Content.BYTES_MAX : queue.limits().maxBodyBytes());
        if (head.contentLength() > bodyMax) {
            return Refused.of(new Refusal.BodyTooLarge(bodyMax));
        }
        return switch (options(head, rule, queue)) {
            case JobOptions.Refused(Refusal refusal) -> Refused.of(refusal);
            case JobOptions.Chosen options -> withOneKey(new SubmitPlan(rule, bodyMax, key, options));
        };
    }

    private static Planned withOneKey(SubmitPlan plan) {
        return plan.idempotencyKey() != null && plan.options().dedupKey() != null
                ? Refused.of(new Refusal.JobOptionInvalid(JobOptions.DEDUP_KEY.text(), "no idempotency key beside it"))
                : plan;
    }

    /// A repeat must find its own job, which need not be the one that waits under a dedup key. Without either the
    /// request is a new job, and may be known to be one too many.
    private Planned unlessKnown(Exchange exchange, SubmitPlan plan) {
        boolean isNew = plan.idempotencyKey() == null && plan.options().dedupKey() == null;
        StoreRefusal known = isNew ? submissions.knownRefusal(exchange, plan.rule()) : null;
        return known == null ? plan : Refused.of(known);
    }

    static JobOptions options(RequestHead head, OffloadRule rule, @Nullable QueuePolicy queue) {
        return JobOptions.of(
                head,
                rule.options(),
                rule.callback(),
                queue == null ? null : queue.orderingKeyHeader(),
                System.currentTimeMillis());
    }
}
