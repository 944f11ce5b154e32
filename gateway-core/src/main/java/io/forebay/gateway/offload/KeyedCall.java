package io.forebay.gateway.offload;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredLines;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.AnswerTee;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.gateway.proxy.UnsentRequest;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call under an idempotency key, on record as a running job. The answer goes to the client as it comes, and a copy
/// to the store, for repeats. What provably was not done is taken back, and the key is free again; what may have been
/// done and has no answer is on record as such. Owned by the exchange's loop.
///
/// A call that turns out slow, or whose client leaves before the answer, goes on as the attempt of its job.
final class KeyedCall implements CallListener, AnswerTee {
    /// A longer answer is relayed and not kept.
    static final int ANSWER_BYTES_MAX = 256 * 1024;

    private final Exchange exchange;
    private final LoopContext loop;
    private final KeyedCalls.Recorded call;
    private final Submitted submitted;
    private final Lease lease;
    private final KeyedCalls.Parts parts;
    private final CollectedBody kept;
    private int status;
    private byte @Nullable [] lines;
    private boolean isKept = true;
    private boolean isUnsent;
    /// What became of the call has been said, or is somebody else's to say.
    private boolean isOver;

    KeyedCall(Exchange exchange, KeyedCalls.Recorded call, Submitted submitted, Lease lease, KeyedCalls.Parts parts) {
        this.exchange = exchange;
        this.loop = exchange.loop();
        this.call = call;
        this.submitted = submitted;
        this.lease = lease;
        this.parts = parts;
        this.kept = new CollectedBody(parts.submissions().collecting());
    }

    void start(CollectedBody body) {
        if (!exchange.head().hasBody()) {
            body.drop();
            parts.forwarder().forward(exchange, this);
            return;
        }
        Queue<ByteBuf> whole = new ArrayDeque<>(1);
        if (body.size() > 0) {
            whole.add(body.buffer());
        }
        parts.forwarder().forward(exchange, this, whole, null);
    }

    /// The lease must not end before the call does.
    @Override
    public long callNsMax() {
        return TimeUnit.MILLISECONDS.toNanos(call.queue().attemptTimeoutMs());
    }

    private JobId job() {
        return lease.key().job();
    }

    // ---- the call goes on without its client

    @Override
    public long slowAfterNs(Exchange asked) {
        return call.plan().rule().handOverAfterNs(asked.head());
    }

    @Override
    public void onSlow(Exchange asked, RunningCall running) {
        if (!isOver && parts.callsUnderWay().tell(job())) {
            adopt(running, () -> false);
            parts.submissions().accepted(asked, submitted, "call-handed-over");
        }
    }

    @Override
    public boolean keeps(RunningCall running) {
        if (isOver) {
            return false;
        }
        adopt(running, () -> parts.callsUnderWay().withdraw(job()));
        return true;
    }

    private void adopt(RunningCall running, BooleanSupplier mayWithdraw) {
        isOver = true;
        parts.callsUnderWay().made(job(), null);
        parts.attempts().adopt(lease, call.storedRequest(), loop, call.snapshot(), call.queue(), running, mayWithdraw);
    }

    @Override
    public void onAbandoned(boolean wasAsked) {
        kept.drop();
        // An answer that has begun says that the call was made.
        endWithoutAnswer(!wasAsked, lines == null && call.isRepeatable(), "client-gone");
    }

    /// By the store: the job is over, or somebody else's, although the call is not. Any thread.
    void jobEnded() {
        loop.eventLoop().execute(() -> {
            if (!isOver) {
                isOver = true;
                kept.drop();
                exchange.takeBack();
                if (exchange.isAnswered()) {
                    exchange.abort("job-ended", ResponseFlag.JOB_ENDED);
                } else {
                    ProblemWriter.answer(exchange, Problem.of(ProblemType.OUTCOME_UNKNOWN, "job-ended"));
                }
            }
        });
    }

    // ---- the call fails

    /// Told only of calls of which nothing was sent. They are kept as jobs of their own where the policy says so; first
    /// the key must be free.
    @Override
    public boolean takesOver(Exchange asked, UpstreamFailure failure, UnsentRequest unsent) {
        isUnsent = true;
        boolean isHeld = parts.overloadHold().holds(asked, failure)
                && parts.callsUnderWay().withdraw(job());
        if (!isHeld) {
            return false;
        }
        isOver = true;
        Withdrawal withdrawal = new Withdrawal();
        withdraw(withdrawal::done);
        return parts.overloadHold()
                .takes(
                        asked,
                        failure,
                        unsent,
                        (pending, plan, body) -> withdrawal.then(pending, outcome -> {
                            switch (outcome) {
                                case Outcome.Done<Job> done ->
                                    parts.submissions().submit(pending, plan, body);
                                case Outcome.Refused<Job>(var refusal) -> pending.refuse(ProblemCatalog.of(refusal));
                            }
                        }));
    }

    /// The way back of a key, and who waits for it. On the loop.
    private static final class Withdrawal {
        private @Nullable Outcome<Job> outcome;
        private @Nullable PendingAnswer pending;
        private @Nullable Consumer<Outcome<Job>> next;

        void done(Outcome<Job> how) {
            outcome = how;
            goOn();
        }

        void then(PendingAnswer whose, Consumer<Outcome<Job>> what) {
            pending = whose;
            next = what;
            goOn();
        }

        private void goOn() {
            Outcome<Job> known = outcome;
            if (known != null && next != null && pending != null && !pending.isOver()) {
                next.accept(known);
            }
        }
    }

    @Override
    public void onFailure(Exchange asked, UpstreamFailure failure) {
        kept.drop();
        boolean isUndone = isUnsent || failure instanceof UpstreamFailure.SocketUnavailable;
        endWithoutAnswer(isUndone, lines == null && call.isRepeatable(), failure.reason());
        parts.forwarder().onFailure(asked, failure);
    }

    /// A job that somebody was told of is not taken back: it is tried again if it may be, and fails if not.
    private void endWithoutAnswer(boolean isUndone, boolean mayBeDoneAgain, String reason) {
        if (isOver) {
            return;
        }
        isOver = true;
        if ((isUndone || mayBeDoneAgain) && parts.callsUnderWay().withdraw(job())) {
            withdraw(outcome -> {});
        } else if (mayBeDoneAgain) {
            report(done -> parts.jobs().store().fail(lease.key(), Failure.retryable(reason), done));
        } else {
            fail(reason);
        }
    }

    private void withdraw(Consumer<Outcome<Job>> then) {
        report(done -> parts.jobs().store().withdraw(lease.key(), done), then);
    }

    private void fail(String reason) {
        report(done -> parts.jobs().store().fail(lease.key(), Failure.fatal(reason, null), done));
    }

    // ---- the call is answered

    @Override
    public AnswerTee answerTee() {
        return this;
    }

    @Override
    public void onHead(ResponseHead head) {
        status = head.status();
        byte[] answered = StoredLines.write(head.fields());
        lines = answered;
        isKept = answered.length <= Submission.HEAD_BYTES_MAX;
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        int bytesMax = (int) Math.min(ANSWER_BYTES_MAX, call.queue().limits().maxResultBytes());
        if (isKept
                && (kept.size() + bytes > bytesMax || !kept.take(in.slice(in.readerIndex(), bytes), bytes, bytesMax))) {
            isKept = false;
            kept.drop();
        }
    }

    @Override
    public void onEnd() {
        byte[] body = kept.whole();
        if (isOver) {
            return;
        }
        isOver = true;
        if (TurnedAway.is(status) && parts.callsUnderWay().withdraw(job())) {
            withdraw(outcome -> {});
        } else if (isKept) {
            Answer answer = new Answer(status, requireNonNull(lines), body);
            report(done -> parts.jobs().store().complete(lease.key(), answer, done), this::onCompleted);
        } else {
            fail("answer-not-kept");
        }
    }

    /// The queue's bound may have been lowered while the call ran.
    private void onCompleted(Outcome<Job> outcome) {
        if (outcome instanceof Outcome.Refused<Job>(StoreRefusal.PayloadTooLarge tooLarge)) {
            fail("answer-not-kept");
        }
    }

    private void report(Consumer<Completion<Job>> report) {
        report(report, outcome -> {});
    }

    private void report(Consumer<Completion<Job>> report, Consumer<Outcome<Job>> then) {
        StoreReport.send(loop, report, then);
    }
}
