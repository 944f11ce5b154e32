package io.forebay.gateway.worker;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Keeps the queues moving: asks the store for jobs as long as a queue may run more, and deals them out to the event
/// loops.
///
/// All its state belongs to the thread `job-dispatcher`; everybody else only posts to it. It never waits: leases come
/// back as callbacks, attempts end as callbacks, and a queue without work costs nothing until the store says it is
/// ready.
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final long TICK_MS = 250;

    private final JobStore store;
    private final Supplier<PolicySnapshot> policy;
    private final AttemptParts parts;
    private final List<LoopContext> loops;
    private final LoopUpstreams[] upstreamsOfLoop;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService thread;
    private final Map<String, QueueWork> queues = new HashMap<>();
    private final ConcurrentHashMap<JobId, JobAttempt> running = new ConcurrentHashMap<>();
    private int nextLoop;
    private boolean isStopping;

    /// Does nothing until [#start()].
    ///
    /// @param upstreamsOfLoop by loop index
    public Dispatcher(
            AttemptParts parts,
            Supplier<PolicySnapshot> policy,
            List<LoopContext> loops,
            LoopUpstreams[] upstreamsOfLoop) {
        this.parts = parts;
        this.store = parts.store();
        this.policy = policy;
        this.loops = List.copyOf(loops);
        this.upstreamsOfLoop = upstreamsOfLoop.clone();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-dispatcher"));
    }

    /// Begins to lease jobs of the queues that the current policy names.
    public void start() {
        thread.scheduleWithFixedDelay(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /// The store says that a lease of this queue may find a job. Any thread.
    public void ready(String queue) {
        post(() -> {
            QueueWork work = queues.get(queue);
            if (work != null) {
                work.mayHaveWork();
                lease(work);
            }
        });
    }

    /// A job has changed. If an attempt of ours still calls for it although it no longer runs, the call is ended. Any
    /// thread.
    public void changed(JobId id, JobState state) {
        if (state == JobState.RUNNING) {
            return;
        }
        JobAttempt attempt = running.get(id);
        if (attempt != null) {
            attempt.revoke();
        }
    }

    private void post(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "after the dispatcher's end", e);
        }
    }

    /// Follows the policy, and looks again at queues that were held back for a time.
    private void tick() {
        try {
            for (QueuePolicy queue : policy.get().queues()) {
                queues.computeIfAbsent(queue.id(), id -> new QueueWork(id)).follow(queue);
            }
            long nowNs = System.nanoTime();
            queues.values().removeIf(work -> policy.get().queue(work.queue()) == null && work.isIdle());
            for (QueueWork work : queues.values()) {
                if (work.endHold(nowNs)) {
                    work.mayHaveWork();
                }
                lease(work);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a turn of the dispatcher failed", e);
        }
    }

    private void lease(QueueWork work) {
        int free = work.free(System.nanoTime());
        if (isStopping || free == 0 || policy.get().queue(work.queue()) == null) {
            return;
        }
        work.asked(free);
        store.lease(
                work.request(free, random.nextLong()),
                outcome -> post(() -> {
                    int given = 0;
                    for (var lease : LeaseOutcome.leases(outcome)) {
                        given++;
                        begin(work, lease);
                    }
                    work.answered(given);
                    if (given > 0) {
                        lease(work);
                    }
                }));
    }

    private void begin(QueueWork work, io.forebay.offload.Lease lease) {
        LoopContext loop = loops.get(nextLoop);
        nextLoop = (nextLoop + 1) % loops.size();
        JobAttempt attempt = new JobAttempt(
                parts, policy.get(), loop, upstreamsOfLoop[loop.index()], lease, work.policy(), (ended, verdict) -> {
                    running.remove(lease.job().id(), ended);
                    post(() -> {
                        work.ended(verdict, System.nanoTime());
                        lease(work);
                    });
                });
        running.put(lease.job().id(), attempt);
        attempt.start();
    }

    /// How many attempts are under way.
    public int running() {
        return running.size();
    }

    /// Takes no more jobs; attempts under way go on until [#close()].
    public void drain() {
        post(() -> isStopping = true);
    }

    /// Ends. Jobs of attempts still under way are released by the store when it opens again.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
