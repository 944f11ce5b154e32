package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.offload.Outcome;
import io.forebay.offload.RequestBytes;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.Prefer;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Leases jobs to a worker: at once if some are ready, else as soon as one is, within the time the worker waits.
///
/// The store's answer, a signal that a job is ready, the end of the wait and the worker's leaving may come in any
/// order. Leases that nobody is there to take are given back untouched. Owned by the exchange's loop.
final class LeaseAnswer extends PendingAnswer {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JobParts parts;
    private final QueuePolicy queue;
    private final int max;
    private final long waitUntilNs;
    private final Runnable wake = this::wake;
    private boolean isWaiting;
    private boolean isAsking;
    private boolean isWoken;

    private LeaseAnswer(Exchange exchange, QueuePolicy queue, JobParts parts, int max, int waitSeconds) {
        super(exchange);
        this.parts = parts;
        this.queue = queue;
        this.max = max;
        this.waitUntilNs = exchange.startedNs() + TimeUnit.SECONDS.toNanos(waitSeconds);
    }

    /// Begins, or refuses what the query asks for.
    static void start(Exchange exchange, QueuePolicy queue, JobParts parts) {
        QueryParameters query = QueryParameters.of(exchange.head());
        Integer max = query.integer("max", 1, 1, LeaseRequest.LEASES_MAX);
        Integer wait = query.integer("wait", 0, 0, Prefer.WAIT_SECONDS_MAX);
        if (max == null || wait == null) {
            String expected = max == null
                    ? "max is 1 to " + LeaseRequest.LEASES_MAX
                    : "wait is 0 to " + Prefer.WAIT_SECONDS_MAX + " seconds";
            ProblemWriter.answer(exchange, QueryParameters.invalid(expected));
            return;
        }
        new LeaseAnswer(exchange, queue, parts, max, wait).ask();
    }

    private void ask() {
        // In line before asking: a job that becomes ready in between is not missed.
        isWaiting = parts.leasePolls().add(queue.id(), wake);
        isWoken = false;
        isAsking = true;
        LeaseRequest request =
                new LeaseRequest(queue.id(), LeaseKind.PULL, max, queue.leaseTermMs(), RANDOM.nextLong());
        parts.store().lease(request, outcome -> exchange().loop().eventLoop().execute(() -> answered(outcome)));
    }

    private void answered(Outcome<LeaseBatch> outcome) {
        isAsking = false;
        switch (outcome) {
            case Outcome.Done<LeaseBatch>(LeaseBatch batch) -> leased(batch.leases());
            case Outcome.Refused<LeaseBatch>(var refusal) -> {
                if (isWoken) {
                    parts.leasePolls().ready(queue.id());
                }
                if (!isOver()) {
                    refuse(ProblemCatalog.of(refusal));
                }
            }
        }
    }

    private void leased(List<Lease> leases) {
        boolean isTimeUp = System.nanoTime() >= waitUntilNs;
        if (leases.isEmpty() && isWoken && !isOver() && !isTimeUp) {
            ask();
            return;
        }
        if (!leases.isEmpty()) {
            leaveLine();
        }
        if (isWoken || !leases.isEmpty()) {
            // There may be more, or what the signal was for is not for this worker.
            passOn();
        }
        if (!leases.isEmpty()) {
            readRequests(leases);
        } else if (!isOver() && (isTimeUp || !isWaiting)) {
            answer(leases, List.of());
        }
    }

    /// Small requests come with their leases, unless the readers have too much to do.
    private void readRequests(List<Lease> leases) {
        List<JobId> jobs = leases.stream().map(lease -> lease.job().id()).toList();
        isAsking = true;
        parts.reader()
                .requests(
                        jobs,
                        outcome -> exchange().loop().eventLoop().execute(() -> {
                            isAsking = false;
                            if (isWoken) {
                                // The signal was on its way when the worker left the line.
                                passOn();
                            }
                            if (isOver()) {
                                leases.forEach(lease -> parts.store().release(lease.key(), 0, _ -> {}));
                            } else {
                                leases.forEach(lease ->
                                        parts.leasedJobs().leased(lease.job().id(), queue.id()));
                                answer(
                                        leases,
                                        outcome instanceof Outcome.Done<List<@Nullable RequestBytes>> done
                                                ? done.value()
                                                : none(leases));
                            }
                        }));
    }

    private void wake() {
        exchange().loop().eventLoop().execute(() -> {
            isWaiting = false;
            if (isOver()) {
                // Not for this worker any more, but for the next.
                parts.leasePolls().ready(queue.id());
            } else if (isAsking) {
                isWoken = true;
            } else {
                ask();
            }
        });
    }

    private static List<@Nullable RequestBytes> none(List<Lease> leases) {
        return Collections.nCopies(leases.size(), null);
    }

    private void answer(List<Lease> leases, List<@Nullable RequestBytes> requests) {
        answerJson(LeaseDocument.write(leases, requests));
    }

    /// Nobody may be there to take what would be given now.
    @Override
    public void onInputClosed() {
        answer(List.of(), List.of());
    }

    @Override
    public void onSweep(long nowNs) {
        if (!isAsking && nowNs >= waitUntilNs) {
            answer(List.of(), List.of());
        }
    }

    @Override
    void over() {
        super.over();
        leaveLine();
    }

    private void leaveLine() {
        if (isWaiting && parts.leasePolls().remove(queue.id(), wake)) {
            isWaiting = false;
        }
    }

    private void passOn() {
        isWoken = false;
        parts.leasePolls().ready(queue.id());
    }
}
