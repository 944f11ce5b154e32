package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.OffloadDecision;
import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// Decides at the head whether a request becomes a job, and begins to take it. Shared by all loops.
public final class Offloading {
    private final Submissions submissions;
    private final Forwarder forwarder;
    private final CallWatch watch;

    /// @param attempts who takes on slow calls as attempts of jobs
    public Offloading(Submissions submissions, Forwarder forwarder, RunningAttempts attempts) {
        this.submissions = submissions;
        this.forwarder = forwarder;
        this.watch = new CallWatch(new OverloadHold(this), new HandOvers(submissions, attempts), forwarder);
    }

    /// Who hears of the calls of requests that are not deferred at once.
    public CallListener listener(OffloadRule rule) {
        return rule.watchesCalls() ? watch : forwarder;
    }

    /// Whether the request is this class's now: it will be answered 202 or refused, or forwarded once its body turned
    /// out short enough.
    public boolean takes(Exchange exchange, OffloadRule rule) {
        return switch (rule.decideAtHead(exchange.head())) {
            case OffloadDecision.Pass pass -> false;
            case OffloadDecision.Defer defer -> {
                defer(exchange, rule);
                yield true;
            }
            case OffloadDecision.DeferIfBodyExceeds(long bodyBytes) -> {
                new HeldRequest(
                        exchange,
                        bodyBytes,
                        submissions.collecting(),
                        forwarder,
                        listener(rule),
                        held -> collect(exchange, rule, held));
                exchange.sendContinue();
                yield true;
            }
        };
    }

    private void defer(Exchange exchange, OffloadRule rule) {
        SubmitBody body = collect(exchange, rule);
        if (body == null) {
            return;
        }
        if (exchange.isRequestComplete()) {
            body.onBodyEnd(null);
        } else {
            exchange.sendContinue();
        }
    }

    /// Makes the exchange's body that of a job; null when it was refused and answered.
    @Nullable
    SubmitBody collect(Exchange exchange, OffloadRule rule) {
        return collect(exchange, rule, new CollectedBody(submissions.collecting()));
    }

    private @Nullable SubmitBody collect(Exchange exchange, OffloadRule rule, CollectedBody body) {
        SubmitPlan plan = plan(exchange, rule);
        return plan == null ? null : new SubmitBody(exchange, plan, submissions, body);
    }

    /// Whether there is a queue that would take a request of this length.
    boolean mayKeep(Exchange exchange, OffloadRule rule) {
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        return queue != null && exchange.head().contentLength() <= bodyMax(queue);
    }

    private static long bodyMax(QueuePolicy queue) {
        return Math.min(queue.limits().maxBodyBytes(), Submission.BODY_BYTES_MAX);
    }

    /// Checks what the head alone decides; a refusal has been answered when this gives null.
    private @Nullable SubmitPlan plan(Exchange exchange, OffloadRule rule) {
        IdempotencyRule idempotency = rule.idempotency();
        String key = null;
        if (idempotency != null) {
            switch (idempotency.key(exchange.head())) {
                case IdempotencyKey.Absent absent -> {}
                case IdempotencyKey.Given(String text) -> key = text;
                case IdempotencyKey.Refused(Refusal refusal) -> {
                    return refuse(exchange, ProblemCatalog.of(refusal));
                }
            }
        }
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        if (queue == null && key == null) {
            return refuse(exchange, ProblemCatalog.of(new StoreRefusal.QueueMissing(rule.queue())));
        }
        // With a key it may be a repeat, whose job is there although its queue is gone: the store knows.
        long bodyMax = queue == null ? Submission.BODY_BYTES_MAX : bodyMax(queue);
        if (exchange.head().contentLength() > bodyMax) {
            return refuse(exchange, ProblemCatalog.of(new Refusal.BodyTooLarge(bodyMax)));
        }
        return new SubmitPlan(rule, (int) bodyMax, key);
    }

    private static @Nullable SubmitPlan refuse(Exchange exchange, Problem problem) {
        ProblemWriter.answer(exchange, problem);
        return null;
    }
}
