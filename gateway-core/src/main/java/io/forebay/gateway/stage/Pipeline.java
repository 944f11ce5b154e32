package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ExchangeObserver;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.policy.PolicySnapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The synchronous path of every request: the [Guards] in the order of their literal list, then `Dispatch`.
///
/// Reads the current policy once at the beginning; the exchange keeps it. An unexpected exception in a stage is
/// answered 500 with its trace id, and only the log has the cause. Shared by all loops; holds no state of its own.
public final class Pipeline implements RequestHandler {
    private static final Logger LOG = System.getLogger(Pipeline.class.getName());

    private final Supplier<PolicySnapshot> policy;
    private final ExchangeObserver observer;
    private final CredentialFailures[] failuresOfLoop;
    private final Stage[] stages;

    /// @param policy the current snapshot: one volatile read
    public Pipeline(Supplier<PolicySnapshot> policy, StageParts parts, ExchangeObserver observer) {
        this.policy = policy;
        this.observer = observer;
        this.failuresOfLoop = CredentialFailures.ofLoops(parts.loops());
        this.stages = stages(
                new Guards.Parts(
                        parts.loops(),
                        parts.reservedPrefix(),
                        parts.tokens(),
                        parts.limits(),
                        parts.owner(),
                        parts.shards()),
                failuresOfLoop,
                new Dispatch(parts.forwarder(), parts.offloading(), parts.jobs()));
    }

    private static Stage[] stages(Guards.Parts parts, CredentialFailures[] failuresOfLoop, Dispatch dispatch) {
        List<Stage> all = new ArrayList<>(Guards.inOrder(parts, failuresOfLoop));
        all.add(dispatch);
        return all.toArray(Stage[]::new);
    }

    /// The names of the stages in their order; docs/request-path.md shows the same list, and a test compares them.
    public List<String> stageNames() {
        return List.of(stages).stream()
                .map(stage -> stage.getClass().getSimpleName())
                .toList();
    }

    @Override
    public void onRequest(Exchange exchange) {
        exchange.received(policy.get());
        observer.began(exchange);
        try {
            for (Stage stage : stages) {
                Verdict verdict = stage.apply(exchange);
                if (!(verdict instanceof Verdict.Proceed)) {
                    conclude(exchange, verdict);
                    return;
                }
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "exchange " + exchange.trace().traceId() + " failed", e);
            exchange.takeBack();
            ProblemWriter.answer(exchange, Problem.of(ProblemType.INTERNAL, "internal"));
        }
    }

    private void conclude(Exchange exchange, Verdict verdict) {
        switch (verdict) {
            case Verdict.Proceed proceed -> {}
            case Verdict.Taken taken -> {}
            case Verdict.Fail fail -> ProblemWriter.answer(exchange, fail.problem());
            case Verdict.Refuse refuse -> {
                Problem problem = ProblemCatalog.of(refuse.refusal());
                if (problem.type() == ProblemType.TOKEN_INVALID) {
                    failuresOfLoop[exchange.loop().index()].count(
                            exchange.connection().peer().address(), exchange.startedNs());
                }
                ProblemWriter.answer(exchange, problem);
            }
        }
    }

    @Override
    public void onMalformed(Exchange exchange, Malformed reason) {
        ProblemWriter.answer(exchange, ProblemCatalog.of(reason));
    }

    @Override
    public void onHeadTimeout(Exchange exchange) {
        ProblemWriter.answer(exchange, Problem.of(ProblemType.HEAD_TIMEOUT, "head-timeout"));
    }

    @Override
    public void onEnd(Exchange exchange) {
        observer.ended(exchange);
    }
}
