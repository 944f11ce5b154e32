package io.forebay.gateway.worker;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.offload.KeptAnswer;
import io.forebay.gateway.offload.RunningAttempts;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.RunningCall;
import io.forebay.offload.Completion;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.JobStore;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseBatch;
import io.forebay.offload.Notice;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.schedule.SchedulePolicy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps the queues moving: asks the store for jobs as long as a queue may run more, and deals them out to the event
/// loops.
///
/// All its state belongs to the thread `job-dispatcher`; everybody else posts to it, or signals a queue. It never
/// waits: leases come back as callbacks, attempts end as callbacks, and a queue without work costs nothing until
/// the store says it is ready.
public final class Dispatcher implements RunningAttempts, AutoCloseable {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final long TICK_MS = 250;

    /// Beyond it a job that ends between lease and begin is called for in vain, which costs a call and changes nothing.
    private static final int ENDED_EARLY_MAX = 10_000;

    private final JobStore store;
    private final Supplier<PolicySnapshot> policy;
    private final LateQueues late;
    private final AttemptParts parts;
    private final List<LoopContext> loops;
    private final LoopUpstreams[] upstreamsOfLoop;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService thread;
    /// Changed by the dispatcher alone.
    private final ConcurrentHashMap<String, QueueWork> queues = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<JobId, PushAttempt> running = new ConcurrentHashMap<>();
    private final AtomicInteger asking = new AtomicInteger();
    private final Set<JobId> endedEarly = ConcurrentHashMap.newKeySet();
    private PolicySnapshot followed = PolicySnapshot.empty();
    private int nextLoop;
    private volatile boolean isStopping;

    /// Does nothing until [#start()].
    ///
    /// @param late looked at each turn
    /// @param upstreamsOfLoop by loop index
    public Dispatcher(
            AttemptParts parts,
            Supplier<PolicySnapshot> policy,
            LateQueues late,
            List<LoopContext> loops,
            LoopUpstreams[] upstreamsOfLoop) {
        this.parts = parts;
        this.store = parts.store();
        this.policy = policy;
        this.late = late;
        this.loops = List.copyOf(loops);
        this.upstreamsOfLoop = upstreamsOfLoop.clone();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-dispatcher"));
    }

    /// Begins to lease jobs of the queues that the current policy names.
    public void start() {
        thread.scheduleWithFixedDelay(() -> guarded(this::tick), 0, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /// The store says that a lease of this queue may find a job. Any thread.
    public void ready(String queue) {
        QueueWork work = queues.get(queue);
        if (work != null && work.signal()) {
            post(() -> lease(work));
        }
    }

    /// A job has changed. If an attempt of ours still calls for it although it no longer runs, the call is ended. A job
    /// that ends between the commit of its lease and the begin of its attempt is remembered until then. Any thread.
    public void changed(JobId id, JobState state) {
        if (state == JobState.RUNNING) {
            return;
        }
        if (state.isTerminal() && asking.get() > 0 && endedEarly.size() < ENDED_EARLY_MAX) {
            endedEarly.add(id);
        }
        PushAttempt attempt = running.get(id);
        if (attempt != null) {
            endedEarly.remove(id);
            attempt.revoke();
        }
    }

    private void post(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "after the dispatcher's end", e);
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a turn of the dispatcher failed", e);
        }
    }

    /// Follows the policy, and looks again at queues that were held back for a time.
    private void tick() {
        PolicySnapshot current = policy.get();
        if (current != followed) {
            followed = current;
            follow(current);
        }
        queues.values().removeIf(work -> current.queue(work.queue()) == null && work.isIdle());
        long nowNs = System.nanoTime();
        for (QueueWork work : queues.values()) {
            work.turn(nowNs);
            lease(work);
        }
        late.look(System.currentTimeMillis());
    }

    private void follow(PolicySnapshot current) {
        Map<String, Set<String>> backends = new HashMap<>();
        for (RouteRule rule : current.rules()) {
            OffloadRule offload = rule.offload();
            if (offload != null) {
                addBackends(backends, offload.queue(), rule);
            }
        }
        for (SchedulePolicy schedule : current.schedules()) {
            addBackends(backends, schedule.queue(), current.rule(schedule.rule()));
        }
        for (QueuePolicy queue : current.queues()) {
            if (queue.isPull()) {
                continue;
            }
            queues.computeIfAbsent(queue.id(), id -> new QueueWork(id))
                    .follow(queue, backends.getOrDefault(queue.id(), Set.of()));
        }
    }

    private static void addBackends(Map<String, Set<String>> backends, String queue, @Nullable RouteRule rule) {
        if (rule != null) {
            Set<String> ofQueue = backends.computeIfAbsent(queue, _ -> new HashSet<>());
            rule.backends().shares().stream()
                    .filter(share -> share.weight() > 0)
                    .flatMap(share -> Stream.ofNullable(share.backend()))
                    .forEach(ofQueue::add);
        }
    }

    private void lease(QueueWork work) {
        int free = work.free(System.nanoTime());
        QueuePolicy queue = policy.get().queue(work.queue());
        if (isStopping || free == 0 || queue == null || queue.isPull()) {
            return;
        }
        work.asked(free);
        asking.incrementAndGet();
        store.lease(work.request(free, random.nextLong()), outcome -> post(() -> leased(work, outcome)));
    }

    private void leased(QueueWork work, Outcome<LeaseBatch> outcome) {
        switch (outcome) {
            case Outcome.Done<LeaseBatch>(LeaseBatch batch) -> {
                work.answered(isStopping ? 0 : batch.leases().size());
                for (Lease lease : batch.leases()) {
                    if (isStopping) {
                        store.release(lease.key(), 0, _ -> {});
                    } else {
                        begin(work, lease);
                    }
                }
            }
            case Outcome.Refused<LeaseBatch>(var refusal) -> {
                LOG.log(Level.DEBUG, "no leases: {0}", refusal);
                work.refused();
            }
        }
        if (asking.decrementAndGet() == 0) {
            endedEarly.clear();
        }
        // More may have become ready while the store was asked.
        lease(work);
    }

    private void begin(QueueWork work, Lease lease) {
        LoopContext loop = loops.get(nextLoop);
        nextLoop = (nextLoop + 1) % loops.size();
        PolicySnapshot current = policy.get();
        Notice notice = lease.job().notice();
        if (notice != null) {
            NoticeAttempt attempt =
                    new NoticeAttempt(parts, loop, lease, notice, work.policy(), ended(lease, () -> work, null));
            begun(lease, attempt, () -> attempt.start(current));
            return;
        }
        Destination destination = Destination.of(
                current, lease.job().route(), random.nextLong(), upstreamsOfLoop[loop.index()].readiness());
        BackendLine.Call call = destination == null ? null : work.begin(destination.backend(), System.nanoTime());
        JobAttempt attempt = attempt(lease, loop, work.policy(), ended(lease, () -> work, call));
        begun(lease, attempt, () -> {
            if (destination != null && call != null) {
                attempt.start(destination);
            } else {
                attempt.giveBack();
            }
        });
    }

    private void begun(Lease lease, PushAttempt attempt, Runnable start) {
        running.put(lease.job().id(), attempt);
        if (endedEarly.remove(lease.job().id())) {
            attempt.revoke();
        } else {
            start.run();
        }
    }

    private JobAttempt attempt(Lease lease, LoopContext loop, QueuePolicy queue, PushAttempt.Ended ended) {
        return new JobAttempt(parts, policy.get(), loop, upstreamsOfLoop[loop.index()], lease, queue, ended);
    }

    /// @param call of a job that was leased, null if there is none to count
    private PushAttempt.Ended ended(Lease lease, Supplier<QueueWork> ofQueue, BackendLine.@Nullable Call call) {
        return (attempt, verdict) -> {
            running.remove(lease.job().id(), attempt);
            post(() -> {
                QueueWork work = ofQueue.get();
                work.ended(call, verdict, System.nanoTime());
                lease(work);
            });
        };
    }

    @Override
    public KeptAnswer answer(
            LoopContext loop,
            PolicySnapshot snapshot,
            byte[] storedRequest,
            QueuePolicy queue,
            KeptAnswer.Receiver receiver) {
        KeptAnswer answer = parts.answer(loop, snapshot, storedRequest, queue, receiver);
        answer.exchange().requestWasSent();
        return answer;
    }

    @Override
    public void begin(Submission submission, boolean isRepeatable, QueuePolicy queue, Completion<HandedOver> done) {
        store.handOver(new HandOver(submission, isRepeatable, QueueWork.termMs(queue), random.nextLong()), done);
    }

    @Override
    public void adopt(
            Lease lease,
            byte[] storedRequest,
            LoopContext loop,
            PolicySnapshot snapshot,
            QueuePolicy queue,
            RunningCall call,
            BooleanSupplier mayWithdraw) {
        JobAttempt attempt = attempt(lease, loop, queue);
        KeptAnswer taker = answer(loop, snapshot, storedRequest, queue, attempt);
        underWay(attempt, lease, taker, queue, mayWithdraw);
        taker.exchange()
                .exchange()
                .rewrite(Destination.rewrite(snapshot, lease.job().route()));
        call.moveTo(taker.exchange().exchange(), attempt, 0, TimeUnit.MILLISECONDS.toNanos(queue.attemptTimeoutMs()));
    }

    @Override
    public void handOver(
            Submission submission,
            boolean isRepeatable,
            KeptAnswer call,
            LoopContext loop,
            QueuePolicy queue,
            RunningAttempts.Reply reply) {
        asking.incrementAndGet();
        begin(
                submission,
                isRepeatable,
                queue,
                done -> loop.eventLoop().execute(() -> {
                    handedOver(done, call, loop, queue, reply);
                    if (asking.decrementAndGet() == 0) {
                        endedEarly.clear();
                    }
                }));
    }

    private void handedOver(
            Outcome<HandedOver> done,
            KeptAnswer call,
            LoopContext loop,
            QueuePolicy queue,
            RunningAttempts.Reply reply) {
        switch (done) {
            case Outcome.Refused<HandedOver>(StoreRefusal refusal) ->
                reply.refused(ProblemCatalog.of(refusal).reason());
            case Outcome.Done<HandedOver>(HandedOver(Submitted submitted, Lease lease)) -> {
                if (lease == null) {
                    reply.refused("idempotency-key-used");
                } else {
                    JobAttempt attempt = attempt(lease, loop, queue);
                    underWay(attempt, lease, call, queue, () -> false);
                    reply.taken(submitted, attempt);
                }
            }
        }
    }

    /// The attempt of a job whose call goes on, or is about to.
    private JobAttempt attempt(Lease lease, LoopContext loop, QueuePolicy queue) {
        return attempt(lease, loop, queue, ended(lease, () -> work(queue), null));
    }

    private void underWay(
            JobAttempt attempt, Lease lease, KeptAnswer call, QueuePolicy queue, BooleanSupplier mayWithdraw) {
        attempt.adopt(call, mayWithdraw);
        running.put(lease.job().id(), attempt);
        post(() -> work(queue).adopted());
        if (endedEarly.remove(lease.job().id())) {
            attempt.revoke();
        }
    }

    private QueueWork work(QueuePolicy queue) {
        QueueWork work = queues.get(queue.id());
        if (work == null) {
            work = new QueueWork(queue.id());
            work.follow(queue, Set.of());
            queues.put(queue.id(), work);
        }
        return work;
    }

    /// How many attempts are under way.
    public int running() {
        return running.size();
    }

    /// Whether an attempt runs, or a lease is under way that would become one.
    public boolean isBusy() {
        return asking.get() > 0 || !running.isEmpty();
    }

    /// Takes no more jobs; attempts under way go on until [#close()]. Leases that come now are given back.
    public void drain() {
        isStopping = true;
    }

    /// Ends. Attempts still under way are broken off without a report, so that the end of this process does not pass
    /// for a failure of the upstream; the store settles their jobs when it opens again.
    @Override
    public void close() {
        isStopping = true;
        thread.shutdownNow();
        running.values().forEach(PushAttempt::revoke);
    }
}
