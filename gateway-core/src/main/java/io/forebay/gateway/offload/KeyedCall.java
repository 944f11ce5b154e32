package io.forebay.gateway.offload;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.proxy.AnswerTee;
import io.forebay.gateway.proxy.CallListener;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.gateway.proxy.UnsentRequest;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.Submitted;
import io.forebay.policy.PolicySnapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call under an idempotency key, on record as a running job. The answer goes to the client as it comes, and a copy
/// to the store, for repeats. What provably was not done is taken back, and the key is free again; what may have been
/// done and has no answer is on record as such. Owned by the exchange's loop.
///
/// A call that turns out slow, or whose client leaves, goes on as the attempt of its job.
final class KeyedCall implements CallListener, AnswerTee {
    /// A longer answer is relayed and not kept.
    static final int ANSWER_BYTES_MAX = 256 * 1024;

    private static final int TOO_EARLY = 425;
    private static final long OFFER_AGAIN_MS = 20;

    private final Exchange exchange;
    private final LoopContext loop;
    private final PolicySnapshot snapshot;
    private final KeyedCalls.Recorded call;
    private final Submitted submitted;
    private final Lease lease;
    private final KeyedCalls calls;
    private final CollectedBody kept;
    private int status;
    private byte @Nullable [] lines;
    private boolean isKept = true;

    KeyedCall(Exchange exchange, KeyedCalls.Recorded call, Submitted submitted, Lease lease, KeyedCalls calls) {
        this.exchange = exchange;
        this.loop = exchange.loop();
        this.snapshot = exchange.snapshot();
        this.call = call;
        this.submitted = submitted;
        this.lease = lease;
        this.calls = calls;
        this.kept = new CollectedBody(calls.submissions().collecting());
    }

    void start(byte[] body) {
        if (!exchange.head().hasBody()) {
            calls.forwarder().forward(exchange, this);
            return;
        }
        Queue<ByteBuf> whole = new ArrayDeque<>(1);
        if (body.length > 0) {
            whole.add(Unpooled.wrappedBuffer(body));
        }
        calls.forwarder().forward(exchange, this, whole, null);
    }

    // ---- the call goes on without its client

    @Override
    public long slowAfterNs(Exchange asked) {
        return call.plan().rule().handOverAfterNs(asked.head());
    }

    @Override
    public void onSlow(Exchange asked, RunningCall running) {
        keeps(running);
        calls.submissions().accepted(asked, submitted, "call-handed-over");
    }

    @Override
    public boolean keeps(RunningCall running) {
        calls.attempts().adopt(lease, call.storedRequest(), loop, snapshot, call.queue(), running);
        return true;
    }

    @Override
    public void onAbandoned(boolean wasAsked) {
        kept.drop();
        endWithoutAnswer(!wasAsked, "client-gone");
    }

    // ---- the call fails

    /// Nothing of the request was sent: it is kept as a job of its own where the policy says so.
    @Override
    public boolean takesOver(Exchange asked, UpstreamFailure failure, UnsentRequest unsent) {
        return calls.overloadHold().takes(asked, failure, unsent, this::submitInstead);
    }

    /// First the key must be free.
    private void submitInstead(PendingAnswer pending, SubmitPlan plan, byte[] body) {
        calls.parts()
                .store()
                .withdraw(
                        lease.key(),
                        outcome -> pending.onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Done<Job> done ->
                                    calls.submissions().submit(pending, plan, body);
                                case Outcome.Refused<Job>(var refusal) -> pending.refuse(ProblemCatalog.of(refusal));
                            }
                        }));
    }

    @Override
    public void onFailure(Exchange asked, UpstreamFailure failure) {
        kept.drop();
        endWithoutAnswer(isUndone(failure), failure.reason());
        calls.forwarder().onFailure(asked, failure);
    }

    private static boolean isUndone(UpstreamFailure failure) {
        return failure instanceof UpstreamFailure.Unasked
                || failure instanceof UpstreamFailure.ConnectFailure
                || failure instanceof UpstreamFailure.SocketUnavailable
                || (failure instanceof UpstreamFailure.ResetBeforeAnswer reset && reset.isStale());
    }

    private void endWithoutAnswer(boolean isUndone, String reason) {
        if (isUndone || call.isRepeatable()) {
            report(done -> calls.parts().store().withdraw(lease.key(), done));
        } else {
            fail(reason);
        }
    }

    private void fail(String reason) {
        report(done -> calls.parts().store().fail(lease.key(), Failure.fatal(reason, null), done));
    }

    // ---- the call is answered

    @Override
    public AnswerTee answerTee() {
        return this;
    }

    @Override
    public void onHead(ResponseHead head) {
        status = head.status();
        lines = StoredLines.write(head.fields());
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
        if (isTurnedAway(status)) {
            report(done -> calls.parts().store().withdraw(lease.key(), done));
        } else if (isKept) {
            Answer answer = new Answer(status, requireNonNull(lines), body);
            report(done -> calls.parts().store().complete(lease.key(), answer, done));
        } else {
            fail("answer-not-kept");
        }
    }

    /// The upstream says that it has not begun: it may be asked again under the same key.
    private static boolean isTurnedAway(int status) {
        return status == 408 || status == TOO_EARLY || status == 429 || status == 503;
    }

    /// Until the store has taken it: nobody else will end this job before its lease does.
    private void report(Consumer<Completion<Job>> report) {
        report.accept(outcome -> {
            if (outcome instanceof Outcome.Refused<Job>(var refusal) && refusal.mayPass()) {
                loop.eventLoop().schedule(() -> report(report), OFFER_AGAIN_MS, TimeUnit.MILLISECONDS);
            }
        });
    }
}
