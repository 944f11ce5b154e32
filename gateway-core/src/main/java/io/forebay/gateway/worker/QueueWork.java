package io.forebay.gateway.worker;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.LeaseKind;
import io.forebay.offload.LeaseRequest;
import io.forebay.policy.QueuePolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One queue as the dispatcher works it off: how many attempts run, and how many may.
///
/// Each backend that its jobs may call has a [BackendLine]. The queue pauses while all of them are held; while some
/// are, the others' jobs go on, and the jobs leased in vain for those that are held are bounded. Owned by the thread
/// `job-dispatcher`, but for [#signal()].
final class QueueWork {
    /// Jobs given back a second because their backend is held, before the queue pauses for the rest of that second.
    static final int VAIN_LEASES_MAX = 200;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long TERM_MARGIN_MS = 60_000;

    private final String queue;
    private final Map<String, BackendLine> lines = new HashMap<>();
    private @Nullable QueuePolicy policy;
    private int running;
    private boolean isAsking;
    private boolean mayHaveWork = true;
    /// Set by anyone, taken by the owner.
    private volatile boolean isSignalled;
    /// The owner cannot ask for more now and will look by itself once it can.
    private volatile boolean looksAgain;

    private boolean isRefused;
    private int vainLeases;
    private long vainSinceNs;

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
    ///
    /// @param backends those that the rules which fill the queue may call
    void follow(QueuePolicy current, Set<String> backends) {
        policy = current;
        lines.entrySet()
                .removeIf(line ->
                        !backends.contains(line.getKey()) && line.getValue().isIdle());
        backends.forEach(this::line);
    }

    private BackendLine line(String backend) {
        return lines.computeIfAbsent(backend, name -> new BackendLine());
    }

    /// The store may have a job for this queue. Any thread.
    ///
    /// @return whether the owner has to be woken; a queue that is busy or held looks again without
    boolean signal() {
        isSignalled = true;
        return !looksAgain;
    }

    boolean isIdle() {
        return running == 0 && !isAsking;
    }

    /// How many more attempts may be asked for now; 0 while an answer is awaited.
    int free(long nowNs) {
        // In this order: whoever signals writes the one and then reads the other.
        looksAgain = false;
        if (isSignalled) {
            isSignalled = false;
            mayHaveWork = true;
        }
        if (policy == null || !mayHaveWork) {
            return 0;
        }
        long allowed =
                isAsking || vainLeases >= VAIN_LEASES_MAX ? 0 : Math.min(policy.concurrency() - running, room(nowNs));
        looksAgain = allowed <= 0;
        return Math.clamp(allowed, 0, LeaseRequest.LEASES_MAX);
    }

    private long room(long nowNs) {
        return lines.isEmpty()
                ? Integer.MAX_VALUE
                : lines.values().stream().mapToLong(line -> line.free(nowNs)).sum();
    }

    /// Begins the call of a job that was leased; null when its backend takes none now.
    BackendLine.@Nullable Call begin(String backend, long nowNs) {
        BackendLine.Call call = line(backend).begin(nowNs);
        if (call == null && vainLeases++ == 0) {
            vainSinceNs = nowNs;
        }
        return call;
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
        looksAgain = true;
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
        boolean isOver = isRefused;
        isRefused = false;
        for (BackendLine line : lines.values()) {
            isOver |= line.endHold(nowNs);
        }
        if (vainLeases > 0 && nowNs - vainSinceNs >= SECOND_NS) {
            vainLeases = 0;
            isOver = true;
        }
        mayHaveWork |= isOver;
    }

    /// @param call null for a job that was given back without one
    void ended(BackendLine.@Nullable Call call, AttemptVerdict verdict, long nowNs) {
        running--;
        mayHaveWork = true;
        if (call != null) {
            call.line().ended(call, verdict, policy().concurrency(), nowNs);
        }
    }
}
