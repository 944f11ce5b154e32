package io.forebay.gateway.offload;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.StoredLines;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.Content;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteRule;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The hand-over of one running call: the client's exchange waits for the commit, the call goes on under an exchange of
/// its own, and reads no answer meanwhile. Once the job is on disk the client gets its 202 and the answer belongs to
/// the job; if the store refuses, the call goes back to the client's exchange as if nothing had been.
///
/// A client that leaves in between no longer cancels the call. Bytes that were on their way when reading stopped may
/// still bring an answer or the end of the connection: it is kept until it is known whose it is. Owned by the
/// exchange's loop.
final class HandOver extends PendingAnswer implements CallListener, KeptAnswer.Receiver, RunningAttempts.Reply {
    private final CallListener otherwise;
    private final Submissions submissions;
    private final RunningAttempts attempts;
    private @Nullable RunningCall call;
    private @Nullable KeptAnswer detached;
    private RunningAttempts.@Nullable Attempt attempt;
    private @Nullable Ended ended;

    /// How the call ended while the commit was awaited: told to the attempt, or to the client.
    private record Ended(Consumer<RunningAttempts.Attempt> toAttempt, Runnable toClient) {}

    HandOver(
            Exchange exchange,
            RunningCall call,
            CallListener otherwise,
            Submissions submissions,
            RunningAttempts attempts) {
        super(exchange);
        this.call = call;
        this.otherwise = otherwise;
        this.submissions = submissions;
        this.attempts = attempts;
    }

    /// @param body the request's body if another attempt may follow, else empty
    void begin(OffloadRule rule, QueuePolicy queue, byte[] body, boolean isRepeatable) {
        RunningCall running = requireNonNull(call);
        running.readAnswer(false);
        Submission submission = submissions.ofRunningCall(exchange(), rule, body, isRepeatable);
        KeptAnswer taker =
                attempts.answer(exchange().loop(), exchange().snapshot(), submission.requestHead(), queue, this);
        detached = taker;
        taker.exchange().exchange().rewrite(exchange().rewrite());
        running.moveTo(taker.exchange().exchange(), this, 0, TimeUnit.MILLISECONDS.toNanos(queue.attemptTimeoutMs()));
        attempts.handOver(submission, isRepeatable, taker, exchange().loop(), queue, this);
    }

    @Override
    public void taken(Submitted submitted, RunningAttempts.Attempt given) {
        attempt = given;
        Ended already = ended;
        RunningCall running = call;
        if (already != null) {
            already.toAttempt().accept(given);
        } else if (running != null) {
            running.readAnswer(true);
        }
        if (!isOver()) {
            over();
            submissions.accepted(exchange(), submitted, "call-handed-over");
        }
    }

    @Override
    public void refused(String reason) {
        KeptAnswer taker = requireNonNull(detached);
        Ended already = ended;
        RunningCall running = call;
        if (isOver()) {
            taker.cancel();
        } else if (already != null) {
            over();
            already.toClient().run();
        } else if (running != null) {
            HandOvers.unavailable(exchange(), reason);
            RouteRule rule = exchange().rule();
            over();
            running.moveTo(exchange(), otherwise, rule.requestTimeoutNs(), rule.backendRequestTimeoutNs());
            taker.letGo();
            running.readAnswer(true);
        }
    }

    private void end(Consumer<RunningAttempts.Attempt> toAttempt, Runnable toClient) {
        call = null;
        RunningAttempts.Attempt known = attempt;
        if (known != null) {
            toAttempt.accept(known);
        } else {
            ended = new Ended(toAttempt, toClient);
        }
    }

    @Override
    public void onAnswer(int status, byte[] head, Content body) {
        end(known -> known.onAnswer(status, head, body), () -> answer(status, head, body));
    }

    /// So much does not come while nothing is read.
    private void answer(int status, byte[] lines, Content body) {
        if (body instanceof Content.InMemory(byte[] bytes)) {
            StoredResult.answer(exchange(), StoredLines.read(lines, status), bytes);
        } else {
            submissions.spool().discard(body);
            refuse(Problem.of(ProblemType.UPSTREAM_MALFORMED, "upstream-answer-too-large"));
        }
    }

    @Override
    public void onTooLarge(int status, byte[] head) {
        end(
                known -> known.onTooLarge(status, head),
                () -> refuse(Problem.of(ProblemType.UPSTREAM_MALFORMED, "upstream-answer-too-large")));
    }

    @Override
    public void onNotKept(StoreRefusal refusal) {
        end(known -> known.onNotKept(refusal), () -> refuse(ProblemCatalog.of(refusal)));
    }

    @Override
    public void onFailure(Exchange failed, UpstreamFailure failure) {
        end(known -> known.onFailure(failed, failure), () -> otherwise.onFailure(exchange(), failure));
    }
}
