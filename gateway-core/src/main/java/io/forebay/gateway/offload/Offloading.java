package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.offload.Content;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.OffloadDecision;
import io.forebay.policy.offload.OffloadRule;
import org.jspecify.annotations.Nullable;

/// Decides at the head whether a request becomes a job, and begins to take it. Shared by all loops.
public final class Offloading {
    private final Submissions submissions;
    private final Forwarder forwarder;
    private final CallWatch watch;
    private final KeyedCalls keyedCalls;
    private final SubmitPlanner planner;
    private final Batches batches;

    /// Takes a request that is whole into the store.
    @FunctionalInterface
    interface Submit {
        void submit(PendingAnswer pending, SubmitPlan plan, Content body);
    }

    /// @param attempts who takes on slow calls as attempts of jobs
    public Offloading(JobParts parts, Submissions submissions, Forwarder forwarder, RunningAttempts attempts) {
        this.submissions = submissions;
        this.forwarder = forwarder;
        this.planner = new SubmitPlanner(submissions);
        this.batches = new Batches(parts, submissions, planner);
        OverloadHold overloadHold = new OverloadHold(this);
        this.watch = new CallWatch(overloadHold, new HandOvers(submissions, attempts), forwarder);
        this.keyedCalls = new KeyedCalls(new KeyedCalls.Parts(parts, submissions, attempts, forwarder, overloadHold));
    }

    /// Who hears of the calls of requests that are not deferred at once.
    public CallListener listener(OffloadRule rule) {
        return rule.watchesCalls() ? watch : forwarder;
    }

    /// Whether the request is this class's now: it will be answered 202 or refused, or forwarded once its body turned
    /// out short enough, or once it is on record that a call is made under its idempotency key.
    public boolean takes(Exchange exchange, OffloadRule rule) {
        if (batches.take(exchange, rule)) {
            return true;
        }
        return switch (rule.decideAtHead(exchange.head())) {
            case OffloadDecision.Defer defer -> {
                start(collect(exchange, rule, this::submit));
                yield true;
            }
            case OffloadDecision.Pass pass ->
                KeyedCalls.concern(exchange, rule) && call(exchange, rule, Long.MAX_VALUE);
            case OffloadDecision.DeferIfBodyExceeds(long bodyBytes) ->
                KeyedCalls.concern(exchange, rule) ? call(exchange, rule, bodyBytes) : hold(exchange, rule, bodyBytes);
        };
    }

    private boolean hold(Exchange exchange, OffloadRule rule, long bodyBytes) {
        new HeldRequest(
                exchange,
                bodyBytes,
                submissions.collecting(),
                forwarder,
                listener(rule),
                held -> collect(exchange, rule, held, this::submit));
        exchange.sendContinue();
        return true;
    }

    /// A call whose key must hold; it becomes a job if its body is longer than `bodyBytes`. The body of a call is held
    /// in memory until the upstream has taken it.
    private boolean call(Exchange exchange, OffloadRule rule, long bodyBytes) {
        long bytesMax = bodyBytes == Long.MAX_VALUE ? Content.IN_MEMORY_BYTES_MAX : Content.BYTES_MAX;
        CollectedBody held = new CollectedBody(submissions.collecting());
        start(collect(exchange, rule, bytesMax, held, (pending, plan, body) -> {
            if (body.bytes() <= bodyBytes && body instanceof Content.InMemory(byte[] whole)) {
                keyedCalls.begin(pending, plan, whole);
            } else {
                submissions.submit(pending, plan, body);
            }
        }));
        return true;
    }

    private static void start(@Nullable WholeBody body) {
        if (body != null) {
            body.start();
        }
    }

    void submit(PendingAnswer pending, SubmitPlan plan, Content body) {
        submissions.submit(pending, plan, body);
    }

    /// Makes the exchange's body that of a job; null when it was refused and answered.
    @Nullable
    WholeBody collect(Exchange exchange, OffloadRule rule, Submit submit) {
        return collect(exchange, rule, new CollectedBody(submissions.collecting()), submit);
    }

    private @Nullable WholeBody collect(Exchange exchange, OffloadRule rule, CollectedBody held, Submit submit) {
        // Before the body has come: it may be long.
        if (!Submissions.mayEnqueue(exchange, rule)) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.FORBIDDEN, Submissions.ENQUEUE_NOT_PERMITTED));
            return null;
        }
        return collect(exchange, rule, Content.BYTES_MAX, held, submit);
    }

    private @Nullable WholeBody collect(
            Exchange exchange, OffloadRule rule, long bytesMax, CollectedBody held, Submit submit) {
        return switch (planner.plan(exchange, exchange.head(), rule, bytesMax)) {
            case SubmitPlanner.Refused(Problem problem) -> {
                ProblemWriter.answer(exchange, problem);
                yield null;
            }
            case SubmitPlan plan ->
                new WholeBody(
                        exchange,
                        plan.bodyBytesMax(),
                        submissions,
                        held,
                        (pending, whole) -> submit.submit(pending, plan, whole));
        };
    }

    /// Whether there is a queue that would take a request of this length, and of this caller.
    boolean mayKeep(Exchange exchange, OffloadRule rule) {
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        return queue != null
                && Submissions.mayEnqueue(exchange, rule)
                && exchange.head().contentLength() <= queue.limits().maxBodyBytes();
    }
}
