package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.QueueStats;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import io.forebay.offload.timer.TimerWheel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything the machine looks at: the last commit plus every record replayed since. Small things (queues, running
/// jobs, line heads in flux) are in memory; the rest is read through [Durable], with what the open batch changed
/// laid over it. It changes by [#replay] alone, and after a failed commit it is thrown away whole: there is no
/// undo. Owned by `store-writer`.
public final class JobIndex {
    private final Durable durable;
    private final Map<JobId, Optional<StoredJob>> changedJobs = new HashMap<>();
    private final Map<IdemKey, Optional<IdemEntry>> changedKeys = new HashMap<>();
    private final CleanJobs cleanJobs = new CleanJobs();
    private final Map<JobId, Long> leaseEnds = new HashMap<>();
    private final Map<String, QueueState> queuesByName = new LinkedHashMap<>();
    private final Map<Integer, QueueState> queuesById = new HashMap<>();
    private final Set<QueueState> touched = new HashSet<>();
    private final Map<Integer, Sweep> sweeps = new LinkedHashMap<>();
    private final Map<String, TopicHead> topics = new HashMap<>();
    private final LineBook lines;
    private final UsageBook usage;
    private final TenantNames tenants;
    private final ReadyBoard ready;
    private final TimerWheel wheel;
    private long generation;
    private long commitSeq = 1;

    public JobIndex(Durable durable, Beginning beginning, int cachedReadyMax) {
        this.durable = durable;
        this.lines = new LineBook(durable);
        this.usage = new UsageBook(durable);
        this.tenants = new TenantNames(durable, beginning.nextTenantId());
        this.ready = new ReadyBoard(cachedReadyMax);
        this.wheel = new TimerWheel(beginning.timerCursor());
        this.generation = beginning.generation();
    }

    /// What the store remembers beside its jobs: the state of the wheel, the tenant dictionary, the queue
    /// generation.
    public record Beginning(TimerKey timerCursor, int nextTenantId, long generation) {}

    // ---- what the machine reads

    @Nullable
    StoredJob job(JobId id) {
        Optional<StoredJob> changed = changedJobs.get(id);
        if (changed != null) {
            return changed.orElse(null);
        }
        StoredJob clean = cleanJobs.get(id);
        if (clean != null) {
            return clean;
        }
        StoredJob read = durable.job(id);
        if (read != null) {
            cleanJobs.put(id, read);
        }
        return read;
    }

    /// The job, or `null` if its value cannot be read.
    @Nullable
    StoredJob readableJob(JobId id) {
        return changedJobs.containsKey(id) || cleanJobs.containsKey(id) ? job(id) : durable.readableJob(id);
    }

    @Nullable
    IdemEntry key(IdemKey key) {
        Optional<IdemEntry> changed = changedKeys.get(key);
        return changed != null ? changed.orElse(null) : durable.key(key);
    }

    UsageBook usage() {
        return usage;
    }

    LineBook lines() {
        return lines;
    }

    @Nullable
    QueueState queue(String name) {
        return queuesByName.get(name);
    }

    QueueState queue(int id) {
        return requireNonNull(queuesById.get(id), "queue");
    }

    Collection<QueueState> queues() {
        return queuesByName.values();
    }

    TenantNames tenants() {
        return tenants;
    }

    long leaseEnd(JobId id) {
        return leaseEnds.getOrDefault(id, 0L);
    }

    TimerWheel wheel() {
        return wheel;
    }

    public @Nullable Sweep sweep(int queueId) {
        return sweeps.get(queueId);
    }

    @Nullable
    TopicHead topic(String name) {
        return topics.get(name);
    }

    int topicCount() {
        return topics.size();
    }

    Durable durable() {
        return durable;
    }

    public long generation() {
        return generation;
    }

    // ---- the fold

    /// The job as it stands before `record` is replayed; `null` for records of other things and for new jobs.
    public @Nullable StoredJob before(LogRecord record) {
        return switch (record) {
            case LogRecord.JobChanged changed -> job(changed.job().id());
            case LogRecord.EventsAppended appended -> job(appended.job().id());
            case LogRecord.JobErased erased -> job(erased.job());
            case LogRecord.JobMoved moved -> job(moved.job().id());
            case LogRecord.JobCreated ignored -> null;
            case LogRecord.KeyBound ignored -> null;
            case LogRecord.KeyFreed ignored -> null;
            case LogRecord.LineMoved ignored -> null;
            case LogRecord.KeyUsed ignored -> null;
            case LogRecord.QueueSet ignored -> null;
            case LogRecord.GenerationSet ignored -> null;
            case LogRecord.TenantNamed ignored -> null;
            case LogRecord.ShardNoted ignored -> null;
            case LogRecord.ShardForgotten ignored -> null;
            case LogRecord.Appended ignored -> null;
            case LogRecord.SweepSet ignored -> null;
            case LogRecord.SweepEnded ignored -> null;
            case LogRecord.TimersPassed ignored -> null;
            case LogRecord.LeaseMoved ignored -> null;
            case LogRecord.QueueGated ignored -> null;
            case LogRecord.ShardRefilled ignored -> null;
            case LogRecord.EntryDropped ignored -> null;
            case LogRecord.FileDropped ignored -> null;
        };
    }

    public void replay(LogRecord record) {
        switch (record) {
            case LogRecord.JobCreated(StoredJob job, var stored) -> jobMoved(null, job, job.id());
            case LogRecord.JobChanged(StoredJob job, var stored) -> jobMoved(job(job.id()), job, job.id());
            case LogRecord.EventsAppended(StoredJob job, long atMs, var events) ->
                jobMoved(job(job.id()), job, job.id());
            case LogRecord.JobErased(JobId id) -> jobMoved(job(id), null, id);
            case LogRecord.JobMoved(StoredJob job) -> queueMoved(requireNonNull(job(job.id()), "job"), job);
            case LogRecord.KeyBound(IdemKey key, IdemEntry entry) -> changedKeys.put(key, Optional.of(entry));
            case LogRecord.KeyFreed(IdemKey key) -> changedKeys.put(key, Optional.empty());
            case LogRecord.LineMoved(LineKey key, Line line) -> lines.lineMoved(key, line);
            case LogRecord.KeyUsed(LineKey key, KeyUse use) -> lines.keyUsed(key, use);
            case LogRecord.QueueSet(QueueEntry queue) -> queueSet(queue);
            case LogRecord.GenerationSet(long next) -> generation = next;
            case LogRecord.TenantNamed(int id, String name) -> tenants.named(id, name);
            case LogRecord.ShardNoted(ShardKey key, long cursor) -> shardNoted(key, cursor);
            case LogRecord.ShardForgotten(ShardKey key) -> queue(key.queueId()).forgetShard(key);
            case LogRecord.Appended appended ->
                topics.put(appended.topic(), new TopicHead(appended.topicId(), appended.offset() + 1, appended.hash()));
            case LogRecord.SweepSet(Sweep sweep) -> {
                sweeps.put(sweep.queueId(), sweep);
                queue(sweep.queueId()).sweep(sweep);
                touch(queue(sweep.queueId()));
            }
            case LogRecord.SweepEnded(int queueId) -> {
                sweeps.remove(queueId);
                queue(queueId).sweep(null);
                touch(queue(queueId));
            }
            case LogRecord.TimersPassed(TimerKey reached, long nextMs) -> wheel.passed(reached, nextMs);
            case LogRecord.LeaseMoved(JobId id, long untilMs) -> leaseEnds.put(id, untilMs);
            case LogRecord.QueueGated(int queueId, long untilMs) ->
                touch(queue(queueId)).gate(untilMs);
            case LogRecord.ShardRefilled(Refill refill) -> {
                QueueState queue = queuesById.get(refill.shard().queueId());
                ready.refilled(queue, refill);
                if (queue != null) {
                    touch(queue);
                }
            }
            case LogRecord.EntryDropped(ShardKey key, long seq) -> ready.dropped(queue(key.queueId()), key, seq);
            case LogRecord.FileDropped ignored -> {}
        }
    }

    private void jobMoved(@Nullable StoredJob before, @Nullable StoredJob after, JobId id) {
        StoredJob either = after != null ? after : requireNonNull(before, "job");
        QueueState queue = touch(queue(either.origin().queueId()));
        changedJobs.put(id, Optional.ofNullable(after));
        cleanJobs.remove(id);
        queue.counters().changed(before, after);
        moveReady(queue, before, after);
        lines.jobMoved(before, after);
        usage.jobMoved(before, after);
        moveLease(queue, before, after);
        if (after != null) {
            armTimers(before, after);
        }
    }

    private void queueMoved(StoredJob before, StoredJob after) {
        QueueState from = touch(queue(before.origin().queueId()));
        QueueState to = touch(queue(after.origin().queueId()));
        changedJobs.put(after.id(), Optional.of(after));
        cleanJobs.remove(after.id());
        from.counters().left(before);
        to.counters().arrived(after);
        moveReady(from, before, null);
        moveReady(to, null, after);
        lines.jobMoved(before, null);
        lines.jobMoved(null, after);
        usage.jobMoved(before, null);
        usage.jobMoved(null, after);
        armTimers(before, after);
    }

    private void moveReady(QueueState queue, @Nullable StoredJob before, @Nullable StoredJob after) {
        long left = before == null ? 0 : before.progress().readySeq();
        long joined = after == null ? 0 : after.progress().readySeq();
        if (before != null && left != 0 && left != joined) {
            ready.left(queue, before.origin().shard(), left);
            if (after != null && after.state() == JobState.RUNNING) {
                queue.served(
                        after.id(),
                        before.origin().shard(),
                        before.origin().caller().tenant(),
                        after.progress().changedMs());
            }
        }
        if (after != null && joined != 0 && left != joined) {
            ready.joined(queue, after, commitSeq);
        }
    }

    private void moveLease(QueueState queue, @Nullable StoredJob before, @Nullable StoredJob after) {
        boolean was = before != null && before.state() == JobState.RUNNING;
        boolean is = after != null && after.state() == JobState.RUNNING;
        if (after != null && is && !was) {
            leaseEnds.put(after.id(), after.alarms().leaseAtMs());
            queue.leased(after.id(), after.progress().changedMs());
        } else if (before != null && was && !is) {
            leaseEnds.remove(before.id());
            queue.unleased(before.id(), before.progress().changedMs());
            long endMs = after == null
                    ? before.progress().changedMs()
                    : after.progress().changedMs();
            long tookMs = Math.max(0, endMs - before.progress().changedMs());
            queue.attemptEnded(before.id(), tookMs, isMadeToItsEnd(before, after));
        }
    }

    /// Whether the attempt took as long as attempts take: nobody gave it back, or ended the job meanwhile.
    private static boolean isMadeToItsEnd(StoredJob before, @Nullable StoredJob after) {
        return after != null
                && after.progress().attempts() == before.progress().attempts()
                && after.state() != JobState.CANCELED
                && after.state() != JobState.EXPIRED;
    }

    private void armTimers(@Nullable StoredJob before, StoredJob after) {
        for (TimerKind kind : TimerKind.values()) {
            long at = after.alarms().at(kind);
            if (at != 0 && (before == null || before.alarms().at(kind) != at)) {
                wheel.armed(at);
            }
        }
    }

    private void queueSet(QueueEntry entry) {
        QueueState queue = queuesByName.get(entry.name());
        if (queue == null) {
            restoreQueue(entry, new QueueCounters());
        } else {
            touch(queue).entry(entry);
        }
    }

    private void shardNoted(ShardKey key, long cursor) {
        QueueState queue = queue(key.queueId());
        Shard shard = queue.shard(key);
        if (shard == null) {
            queue.addShard(Shard.fresh(key, cursor));
        } else {
            shard.noted();
        }
    }

    private QueueState touch(QueueState queue) {
        touched.add(queue);
        return queue;
    }

    // ---- at open

    public void restoreQueue(QueueEntry entry, QueueCounters counters) {
        QueueState queue = new QueueState(entry, counters);
        queuesByName.put(entry.name(), queue);
        queuesById.put(entry.id(), queue);
        touched.add(queue);
    }

    public void restoreShard(ShardKey key, long cursor) {
        ready.restored(queue(key.queueId()), Shard.unread(key, cursor));
    }

    /// A job found running; the machine decides next what becomes of it.
    public void restoreRunning(StoredJob job) {
        cleanJobs.put(job.id(), job);
        leaseEnds.put(job.id(), job.alarms().leaseAtMs());
        queue(job.origin().queueId()).leased(job.id(), job.progress().changedMs());
    }

    public void restoreTopic(String name, TopicHead head) {
        topics.put(name, head);
    }

    // ---- for the writer, around a commit

    /// Queues whose counters the batch moved.
    public List<QueueTotals> touchedTotals() {
        List<QueueTotals> totals = new ArrayList<>(touched.size());
        for (QueueState queue : touched) {
            totals.add(new QueueTotals(queue.id(), queue.counters()));
        }
        return totals;
    }

    /// A queue's counters as they must stand on disk after the batch.
    public record QueueTotals(int queueId, QueueCounters counters) {}

    /// What tenants hold after the batch, where it moved.
    public Map<TenantKey, TenantUsage> changedUsage() {
        return usage.changed();
    }

    public int nextTenantId() {
        return tenants.nextId();
    }

    /// The batch is on disk. Returns the queues of it in which a lease may now find a job.
    public List<String> committed(long nowMs) {
        changedJobs.forEach(
                (id, job) -> job.filter(kept -> !kept.isTerminal()).ifPresent(kept -> cleanJobs.put(id, kept)));
        changedJobs.clear();
        changedKeys.clear();
        lines.committed();
        usage.committed();
        tenants.committed();
        commitSeq++;
        List<String> leasable = new ArrayList<>();
        for (QueueState queue : touched) {
            if (queue.hasCached() && queue.isDispatching(nowMs)) {
                leasable.add(queue.entry().name());
            }
        }
        touched.clear();
        return leasable;
    }

    /// Every queue that takes leases, whether or not a job is cached yet.
    public List<String> dispatchable(long nowMs) {
        return queuesByName.values().stream()
                .filter(queue -> queue.isDispatching(nowMs))
                .map(queue -> queue.entry().name())
                .toList();
    }

    /// The last commit.
    public long durableSeq() {
        return commitSeq - 1;
    }

    public TimerWheel timers() {
        return wheel;
    }

    /// When a gated or paused queue opens again by itself, `Long.MAX_VALUE` for none.
    public long nextGateMs(long nowMs) {
        long next = Long.MAX_VALUE;
        for (QueueState queue : queuesByName.values()) {
            if (queue.opensAtMs() > nowMs) {
                next = Math.min(next, queue.opensAtMs());
            }
        }
        return next;
    }

    /// Counts the queues whose gate or pause ended since `sinceMs` as touched, so that they are announced again.
    public void openGates(long sinceMs, long nowMs) {
        for (QueueState queue : queuesByName.values()) {
            if (queue.opensAtMs() > sinceMs && queue.opensAtMs() <= nowMs) {
                touch(queue);
            }
        }
    }

    public boolean isTouched() {
        return !touched.isEmpty();
    }

    public List<Refill.Request> askRefills(int underWayMax) {
        return ready.ask(underWayMax, durableSeq());
    }

    public void refillFailed(Refill.Request request) {
        ready.refillFailed(queuesById.get(request.shard().queueId()), request);
    }

    /// When the next step of an operation may be made, `Long.MAX_VALUE` for none.
    public long nextSweepMs() {
        return sweeps.values().stream().mapToLong(Sweep::nextAtMs).min().orElse(Long.MAX_VALUE);
    }

    public List<Integer> sweepsUnderWay() {
        return List.copyOf(sweeps.keySet());
    }

    /// Shards to forget so that at most `lanesMax` tenants of a queue stay in memory.
    public List<ShardKey> shardsToForget(int lanesMax, int max) {
        List<ShardKey> idle = new ArrayList<>();
        for (QueueState queue : queuesByName.values()) {
            if (queue.laneCount() > lanesMax) {
                idle.addAll(queue.idleShards(max - idle.size()));
            }
        }
        return idle;
    }

    public Map<String, QueueStats> stats() {
        Map<String, QueueStats> stats = new LinkedHashMap<>();
        queuesByName.forEach((name, queue) -> stats.put(name, queue.stats()));
        return stats;
    }

    public Map<String, Integer> queueIds() {
        Map<String, Integer> ids = new LinkedHashMap<>();
        queuesByName.forEach((name, queue) -> ids.put(name, queue.id()));
        return ids;
    }

    int cachedReady() {
        return ready.cached();
    }
}
