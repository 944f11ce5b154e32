package io.forebay.gateway.worker;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.policy.QueuePolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One queue as the dispatcher works it off: how many attempts run, and how many may.
///
/// While the backend has no ready endpoint the queue is held instead of burning attempts; afterwards the window opens
/// by doubling, 1, 2, 4 up to the queue's concurrency. Owned by the thread `job-dispatcher`.
final class QueueWork {
    private static final long HOLD_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long TERM_MARGIN_MS = 60_000;

    private final String queue;
    private @Nullable QueuePolicy policy;
    private int running;
    private boolean isAsking;
    private boolean mayHaveWork = true;
    private boolean isRefused;
    private boolean isHeld;
    private long heldUntilNs;
    private int window = Integer.MAX_VALUE;

    QueueWork(String queue) {
        this.queue = queue;
    }

    String queue() {
        return queue;
    }

    QueuePolicy policy() {
        return requireNonNull(policy);
    }

    /// Takes the queue's current settings.
    void follow(QueuePolicy current) {
        policy = current;
    }

    void mayHaveWork() {
        mayHaveWork = true;
    }

    boolean isIdle() {
        return running == 0 && !isAsking;
    }

    /// How many more attempts may be asked for now; 0 while an answer is awaited.
    int free(long nowNs) {
        if (policy == null || isAsking || !mayHaveWork || (isHeld && nowNs < heldUntilNs)) {
            return 0;
        }
        int allowed = Math.min(policy.concurrency(), window) - running;
        return Math.clamp(allowed, 0, LeaseRequest.LEASES_MAX);
    }

    /// The lease lasts longer than the attempt may, so that only the end of the process ends it from outside.
    LeaseRequest request(int max, long tokenSeed) {
        return new LeaseRequest(queue, LeaseKind.PUSH, max, termMs(policy()), tokenSeed);
    }

    /// How long the lease of one attempt lasts.
    static long termMs(QueuePolicy queue) {
        return queue.attemptTimeoutMs() + TERM_MARGIN_MS;
    }

    void asked(int max) {
        isAsking = true;
        mayHaveWork = false;
        assert max > 0;
    }

    void answered(int given) {
        isAsking = false;
        running += given;
        if (given > 0) {
            mayHaveWork = true;
        }
    }

    /// A call that was under way before it became a job: it counts, whether or not there is room.
    void adopted() {
        running++;
    }

    /// The store did not take the question; it is asked again at the next turn, since no signal announces that it
    /// would.
    void refused() {
        isAsking = false;
        isRefused = true;
    }

    /// Looks again at what time alone may have changed.
    void turn(long nowNs) {
        if (endHold(nowNs) || isRefused) {
            isRefused = false;
            mayHaveWork = true;
        }
    }

    void ended(AttemptVerdict verdict, long nowNs) {
        running--;
        mayHaveWork = true;
        switch (verdict) {
            case ANSWERED -> window = window > policy().concurrency() ? Integer.MAX_VALUE : window * 2;
            case FAILED, SKIPPED -> {}
            case NOT_READY -> {
                isHeld = true;
                heldUntilNs = nowNs + HOLD_NS;
                window = 1;
            }
        }
    }

    /// Whether a hold has just ended.
    private boolean endHold(long nowNs) {
        if (isHeld && nowNs >= heldUntilNs) {
            isHeld = false;
            return true;
        }
        return false;
    }
}
