package io.forebay.gateway.worker;

import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.KeptAnswer;
import io.forebay.gateway.offload.Offered;
import io.forebay.gateway.offload.RunningAttempts;
import io.forebay.gateway.offload.StoreReport;
import io.forebay.gateway.offload.TurnedAway;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.Lease;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.route.HeaderEdits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One attempt of one leased job: reads the request, calls the backend that the job's rule names now, and reports to
/// the store. Whatever happens, the attempt ends exactly
/// once and says so. Owned by one event loop.
final class JobAttempt implements PushAttempt, RunningAttempts.Attempt, Deadlines.Timed {
    private static final HeaderName IDEMPOTENCY_KEY = HeaderName.of("idempotency-key");
    private static final HeaderName ATTEMPT = HeaderName.of("forebay-attempt");
    private static final HeaderName LEASE_EPOCH = HeaderName.of("forebay-lease-epoch");
    private static final HeaderName DEADLINE = HeaderName.of("forebay-deadline");
    private static final Logger LOG = System.getLogger(JobAttempt.class.getName());
    private static final long GIVEN_BACK_DELAY_MIN_MS = 1_000;
    private static final long GIVEN_BACK_DELAY_MAX_MS = 30_000;
    private static final int GIVEN_BACK_AGE_SHARE = 10;
    private static final long NOT_READY_DELAY_MS = 1_000;
    private static final long READ_AGAIN_MS = 20;
    private static final int READS_MAX = 25;

    private final AttemptParts parts;
    private final PolicySnapshot snapshot;
    private final LoopContext loop;
    private final LoopUpstreams upstreams;
    private final Lease lease;
    private final QueuePolicy queue;
    private final Ended ended;
    private final PartialAnswer partial;
    private @Nullable KeptAnswer call;
    private BooleanSupplier mayWithdraw = () -> false;
    private boolean isReported;
    private int deadlineSlot = Deadlines.NONE;

    JobAttempt(
            AttemptParts parts,
            PolicySnapshot snapshot,
            LoopContext loop,
            LoopUpstreams upstreams,
            Lease lease,
            QueuePolicy queue,
            Ended ended) {
        this.parts = parts;
        this.snapshot = snapshot;
        this.loop = loop;
        this.upstreams = upstreams;
        this.lease = lease;
        this.queue = queue;
        this.ended = ended;
        this.partial = new PartialAnswer(parts.store(), lease, loop, queue.partialResults());
    }

    /// Begins. Any thread.
    void start(Destination destination) {
        readRequest(destination, READS_MAX);
    }

    /// A refusal that passes is waited for a while: the job was leased, and giving it back costs two commits.
    private void readRequest(Destination destination, int tries) {
        parts.reader()
                .requests(
                        List.of(lease.job().id()),
                        outcome -> loop.eventLoop().execute(() -> {
                            switch (outcome) {
                                case Outcome.Done<List<@Nullable RequestBytes>> requests ->
                                    begin(destination, requests.value().getFirst());
                                case Outcome.Refused<List<@Nullable RequestBytes>> refused
                                when refused.refusal().mayPass() && tries > 1 && !isReported ->
                                    loop.eventLoop()
                                            .schedule(
                                                    () -> readRequest(destination, tries - 1),
                                                    READ_AGAIN_MS,
                                                    TimeUnit.MILLISECONDS);
                                case Outcome.Refused<List<@Nullable RequestBytes>> refused -> unread(refused.refusal());
                            }
                        }));
    }

    private void begin(Destination destination, @Nullable RequestBytes small) {
        if (small != null) {
            byte[] body = small.body();
            guardedCall(destination, small.head(), body.length, (from, piece) -> piece.accept(body));
            return;
        }
        this.<byte[]>read(
                done -> parts.reader().payload(lease.job().id(), PayloadPart.REQUEST_HEAD, done),
                head -> this.<StoredPart>read(
                        done -> parts.reader().part(lease.job().id(), PayloadPart.REQUEST_BODY, done),
                        body -> guardedCall(destination, head, body.bytes(), pieces(body))));
    }

    /// Gives the job back untouched: its rule or its backend is not to be had now. Any thread.
    void giveBack() {
        loop.eventLoop()
                .execute(() ->
                        release(givenBackDelayMs(lease.job(), System.currentTimeMillis()), AttemptVerdict.SKIPPED));
    }

    /// Goes on with a call that is under way. On its loop.
    ///
    /// @param withdrawal whether the job may be taken back if the upstream turns the call away
    void adopt(KeptAnswer underWay, BooleanSupplier withdrawal) {
        mayWithdraw = withdrawal;
        call = underWay;
        loop.deadlines().add(this);
    }

    private <T> void read(Consumer<Completion<T>> what, Consumer<T> next) {
        what.accept(outcome -> loop.eventLoop().execute(() -> {
            switch (outcome) {
                case Outcome.Done<T>(T value) -> next.accept(value);
                case Outcome.Refused<T>(StoreRefusal refusal) -> unread(refusal);
            }
        }));
    }

    private JobExchange.Pieces pieces(StoredPart body) {
        return (from, piece) -> readPiece(body, from, piece);
    }

    /// The upstream has a part of the request already: the rest is worth waiting for.
    private void readPiece(StoredPart body, long from, Consumer<byte[]> piece) {
        body.read(
                from,
                outcome -> loop.eventLoop().execute(() -> {
                    switch (outcome) {
                        case Outcome.Done<byte[]>(byte[] bytes) -> piece.accept(bytes);
                        case Outcome.Refused<byte[]>(StoreRefusal refusal)
                        when refusal.mayPass() && !isReported ->
                            loop.eventLoop()
                                    .schedule(() -> readPiece(body, from, piece), READ_AGAIN_MS, TimeUnit.MILLISECONDS);
                        case Outcome.Refused<byte[]>(StoreRefusal refusal) -> unread(refusal);
                    }
                }));
    }

    /// The request's bytes are not to be had: for now, or never.
    private void unread(StoreRefusal refusal) {
        endCall();
        if (refusal.mayPass()) {
            release(NOT_READY_DELAY_MS, AttemptVerdict.SKIPPED);
        } else {
            failed(Failure.fatal("request-unreadable", null), AttemptVerdict.FAILED);
        }
    }

    /// Nobody else would end an attempt that an error has left: its job would count as running until the lease ends.
    private void guardedCall(Destination destination, byte[] storedHead, long bodyBytes, JobExchange.Pieces body) {
        try {
            call(destination, storedHead, bodyBytes, body);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the attempt of job " + lease.job().id() + " failed", e);
            endCall();
            failed(Failure.retryable("attempt-broken"), AttemptVerdict.FAILED);
        }
    }

    private void call(Destination destination, byte[] storedHead, long bodyBytes, JobExchange.Pieces body) {
        if (isReported) {
            return;
        }
        JobExchange exchange = exchange(storedHead);
        if (exchange == null) {
            failed(Failure.fatal("request-unreadable", null), AttemptVerdict.FAILED);
            return;
        }
        loop.deadlines().add(this);
        exchange.exchange().rewrite(destination.rule().rewrite());
        upstreams.call(
                exchange.exchange(),
                destination.backend(),
                edits(
                        destination.requestHeaders(),
                        ByteSpan.isPresent(exchange.exchange().head().header(IDEMPOTENCY_KEY))),
                0,
                TimeUnit.MILLISECONDS.toNanos(queue.attemptTimeoutMs()),
                this);
        exchange.sendBody(bodyBytes, body);
    }

    /// The exchange that sends the kept request; null if what is kept cannot be read, which no repeat would mend.
    private @Nullable JobExchange exchange(byte[] storedHead) {
        try {
            KeptAnswer answer = parts.answer(loop, snapshot, storedHead, queue, this);
            call = answer;
            return answer.exchange();
        } catch (IllegalArgumentException e) {
            LOG.log(Level.ERROR, "the stored request of job " + lease.job().id() + " cannot be read", e);
            return null;
        }
    }

    /// A job without a route or a backend waits by itself, the longer the older it is, so that many of them keep nobody
    /// busy.
    static long givenBackDelayMs(Job job, long nowMs) {
        long ageMs = nowMs - job.times().createdMs();
        return Math.clamp(ageMs / GIVEN_BACK_AGE_SHARE, GIVEN_BACK_DELAY_MIN_MS, GIVEN_BACK_DELAY_MAX_MS);
    }

    /// Each attempt says which job, which try and which lease it is, so that an upstream can tell repeats.
    ///
    /// @param hasKey whether the request bears the key with which it was sent before it was a job
    private HeaderEdits edits(HeaderEdits filters, boolean hasKey) {
        List<ForwardedHeader> set = new ArrayList<>(filters.set());
        if (!hasKey) {
            set.add(new ForwardedHeader(IDEMPOTENCY_KEY, lease.job().id().text()));
        }
        set.add(new ForwardedHeader(ATTEMPT, Integer.toString(lease.attempt())));
        set.add(new ForwardedHeader(LEASE_EPOCH, Integer.toString(lease.key().epoch())));
        long deadlineMs = lease.job().times().deadlineMs();
        if (deadlineMs > 0) {
            set.add(new ForwardedHeader(
                    DEADLINE, Instant.ofEpochMilli(deadlineMs).toString()));
        }
        return new HeaderEdits(set, filters.add(), filters.remove());
    }

    @Override
    public void revoke() {
        loop.eventLoop().execute(() -> {
            if (!isReported) {
                isReported = true;
                endCall();
                finish(AttemptVerdict.FAILED);
            }
        });
    }

    private void endCall() {
        KeptAnswer calling = call;
        if (calling != null) {
            calling.cancel();
        }
    }

    @Override
    public void onAnswer(int status, byte[] head, Content body) {
        if (isReported) {
            parts.spool().discard(body);
            return;
        }
        if (TurnedAway.is(status) && mayWithdraw.getAsBoolean()) {
            parts.spool().discard(body);
            offer(
                    AttemptVerdict.ANSWERED,
                    done -> parts.store().withdraw(lease.key(), done),
                    Failure.retryable("turned-away"));
            return;
        }
        RetryClass.Report report = RetryClass.of(status, head, body);
        KeptAnswer answered = call;
        if (answered == null) {
            report(report);
        } else {
            partial.finish(answered, () -> report(report));
        }
    }

    @Override
    public void onTooLarge(int status, byte[] head) {
        failed(RetryClass.ofTooLarge(status, head), AttemptVerdict.FAILED);
    }

    @Override
    public void onNotKept(StoreRefusal refusal) {
        LOG.log(
                Level.WARNING,
                "the answer to job {0} cannot be kept: {1}",
                lease.job().id(),
                refusal);
        failed(Failure.retryable("result-not-kept"), AttemptVerdict.FAILED);
    }

    @Override
    public void onFailure(Exchange exchange, UpstreamFailure failure) {
        endCall();
        switch (failure) {
            case UpstreamFailure.NoReadyEndpoint f
            when exchange.tries().endpoint() != null -> failed(RetryClass.UNREACHABLE, AttemptVerdict.FAILED);
            // Nothing was asked: the job keeps its attempts, and waits for the backend.
            case UpstreamFailure.Unasked f -> release(NOT_READY_DELAY_MS, AttemptVerdict.NOT_READY);
            case UpstreamFailure.SocketUnavailable f -> release(NOT_READY_DELAY_MS, AttemptVerdict.NOT_READY);
            default -> failed(RetryClass.of(failure), AttemptVerdict.FAILED);
        }
    }

    private void report(RetryClass.Report report) {
        switch (report) {
            case RetryClass.Complete(Answer answer) -> {
                Failure unkept = RetryClass.ofTooLarge(answer.status(), answer.head());
                offer(
                        AttemptVerdict.ANSWERED,
                        done -> parts.store().complete(lease.key(), answer, done),
                        unkept,
                        answer.body());
            }
            case RetryClass.Fail(Failure failure) -> failed(failure, AttemptVerdict.ANSWERED);
        }
    }

    private void failed(Failure failure, AttemptVerdict verdict) {
        Answer answer = failure.answer();
        offer(
                verdict,
                done -> parts.store().fail(lease.key(), failure, done),
                RetryClass.withoutAnswer(failure),
                answer == null ? Content.nothing() : answer.body());
    }

    private void release(long delayMs, AttemptVerdict verdict) {
        offer(verdict, done -> parts.store().release(lease.key(), delayMs, done), Failure.retryable("released"));
    }

    private void offer(AttemptVerdict verdict, Consumer<Completion<Job>> report, Failure unkept) {
        offer(verdict, report, unkept, Content.nothing());
    }

    /// @param unkept what is reported instead if the store does not keep that many bytes
    /// @param content what is reported
    private void offer(AttemptVerdict verdict, Consumer<Completion<Job>> report, Failure unkept, Content content) {
        if (isReported) {
            parts.spool().discard(content);
            return;
        }
        isReported = true;
        send(verdict, report, unkept, content);
    }

    private void send(AttemptVerdict verdict, Consumer<Completion<Job>> report, Failure unkept, Content content) {
        StoreReport.send(loop, report, outcome -> {
            Offered.discardUnlessTaken(parts.spool(), content, outcome);
            switch (outcome) {
                case Outcome.Done<Job> done -> finish(verdict);
                // The queue's bound was lowered while the call ran. Without bytes this cannot happen twice.
                case Outcome.Refused<Job>(StoreRefusal.PayloadTooLarge large) ->
                    send(verdict, done -> parts.store().fail(lease.key(), unkept, done), unkept, Content.nothing());
                case Outcome.Refused<Job>(StoreRefusal refusal) -> {
                    LOG.log(
                            Level.DEBUG,
                            "job {0}: the report came too late: {1}",
                            lease.job().id(),
                            refusal);
                    finish(verdict);
                }
            }
        });
    }

    private void finish(AttemptVerdict verdict) {
        loop.deadlines().remove(this);
        ended.ended(this, verdict);
    }

    @Override
    public void onSweep(long nowNs) {
        KeptAnswer calling = call;
        if (calling != null) {
            calling.exchange().onSweep(nowNs);
            partial.look(calling);
        }
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }
}
