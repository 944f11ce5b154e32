package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One queue in memory: its settings, counts, and the cached ready jobs by tenant. The choice of the next job looks at
/// one tenant however deep the queue is.
final class QueueState {
    private static final int ATTEMPTS_REMEMBERED = 15;

    private final QueueCounters counters;
    private final Map<Integer, TenantLane> lanes = new HashMap<>();
    private final TenantTurns turns = new TenantTurns();
    // In the order of their leases, so that the first is the oldest.
    private final LinkedHashMap<JobId, Long> runningSince = new LinkedHashMap<>();
    private QueueEntry entry;
    private DispatchMeter meter;
    private long gatedUntilMs;
    private double attemptMs;
    private @Nullable Sweep sweep;

    QueueState(QueueEntry entry, QueueCounters counters) {
        this.entry = entry;
        this.meter = new DispatchMeter(entry.settings().dispatchRate());
        this.counters = counters;
    }

    QueueEntry entry() {
        return entry;
    }

    void entry(QueueEntry next) {
        entry = next;
        if (!Objects.equals(meter.rate(), settings().dispatchRate())) {
            meter = new DispatchMeter(settings().dispatchRate());
        }
    }

    int id() {
        return entry.id();
    }

    QueueSettings settings() {
        return entry.settings();
    }

    QueueCounters counters() {
        return counters;
    }

    void leased(JobId id, long changedMs) {
        runningSince.putLast(id, changedMs);
        noteOldestRunning(changedMs);
    }

    void unleased(JobId id, long nowMs) {
        if (runningSince.remove(id) != null) {
            noteOldestRunning(nowMs);
        }
    }

    /// An attempt has ended. What began before this process did says nothing about how long attempts take.
    void attemptEnded(JobId id, long tookMs, boolean isMadeToItsEnd) {
        if (turns.ended(id, tookMs) && isMadeToItsEnd) {
            long took = Math.max(1, tookMs);
            attemptMs = attemptMs == 0 ? took : (ATTEMPTS_REMEMBERED * attemptMs + took) / (ATTEMPTS_REMEMBERED + 1);
        }
    }

    /// How many ready jobs are likely to be leased before one that the tenant submits now; rather too few than too
    /// many.
    long ahead(String tenant, int tenantId, int priority) {
        long all = counters.held(StateClass.QUEUED);
        TenantLane lane = lanes.get(tenantId);
        long ownReady = lane == null ? 0 : lane.ready(priority);
        return ownReady == TenantLane.UNKNOWN
                ? all
                : Math.min(all, turns.ahead(ownReady, lane, settings().tenants().weight(tenant)));
    }

    private void noteOldestRunning(long ifNoneMs) {
        counters.runningSinceMs(
                runningSince.isEmpty() ? ifNoneMs : runningSince.firstEntry().getValue());
    }

    long gatedUntilMs() {
        return gatedUntilMs;
    }

    void gate(long untilMs) {
        gatedUntilMs = Math.max(gatedUntilMs, untilMs);
    }

    void sweep(@Nullable Sweep underWay) {
        sweep = underWay;
    }

    /// When it is dispatched again by itself, 0 if not, or if it is.
    long opensAtMs() {
        Pause pause = entry.dispatchPause();
        return Math.max(heldUntilMs(), pause == null ? 0 : pause.untilMs());
    }

    /// By an upstream that asked for it, or by the rate.
    private long heldUntilMs() {
        return Math.max(gatedUntilMs, meter.opensAtMs());
    }

    /// Leases may be given, jobs permitting.
    boolean isDispatching(long nowMs) {
        return entry.isDispatching(nowMs)
                && heldUntilMs() <= nowMs
                && counters.held(StateClass.RUNNING) < entry.settings().concurrency();
    }

    @Nullable
    Shard shard(ShardKey key) {
        TenantLane lane = lanes.get(key.tenantId());
        return lane == null ? null : lane.shard(key.priority());
    }

    void addShard(Shard shard) {
        lanes.computeIfAbsent(shard.key().tenantId(), TenantLane::new).add(shard);
    }

    void forgetShard(ShardKey key) {
        TenantLane lane = lanes.get(key.tenantId());
        if (lane != null) {
            lane.forget(key.priority());
            if (lane.isEmpty()) {
                lanes.remove(key.tenantId());
            }
        }
    }

    int laneCount() {
        return lanes.size();
    }

    /// Shards that hold nothing, at most `max`.
    List<ShardKey> idleShards(int max) {
        List<ShardKey> idle = new ArrayList<>();
        for (TenantLane lane : lanes.values()) {
            for (int priority = 0; priority <= 9 && idle.size() < max; priority++) {
                Shard shard = lane.shard(priority);
                if (shard != null && shard.isIdle()) {
                    idle.add(shard.key());
                }
            }
        }
        return idle;
    }

    /// The shard to serve next, or none if nothing is cached.
    @Nullable
    Shard choose(long nowMs) {
        TenantLane lane = turns.first();
        return lane == null ? null : lane.mostUrgent(nowMs);
    }

    boolean hasCached() {
        return !turns.isEmpty();
    }

    /// The number of cached entries of this shard changed.
    void cachedChanged(ShardKey key, int by) {
        TenantLane lane = lanes.get(key.tenantId());
        if (lane == null || by == 0) {
            return;
        }
        lane.cachedChanged(by);
        if (!lane.hasCached()) {
            turns.leave(lane);
        } else {
            turns.join(lane);
        }
    }

    /// A job of the tenant was leased.
    void served(JobId job, ShardKey key, String tenant, long nowMs) {
        meter.gave(nowMs);
        TenantLane lane = lanes.get(key.tenantId());
        if (lane != null) {
            turns.served(job, lane, settings().tenants().weight(tenant));
        }
    }

    QueueStats stats() {
        long oldestMs = Long.MAX_VALUE;
        for (TenantLane lane : turns.waiting()) {
            oldestMs = Math.min(oldestMs, lane.oldestMs());
        }
        return new QueueStats(
                entry.name(),
                entry.settings(),
                entry.dispatchPause(),
                entry.intakePause(),
                entry.orphaned(),
                counters.held(StateClass.SCHEDULED),
                counters.held(StateClass.QUEUED),
                counters.held(StateClass.RUNNING),
                counters.held(StateClass.FAILED),
                counters.openBytes(),
                oldestMs == Long.MAX_VALUE ? 0 : oldestMs,
                gatedUntilMs,
                sweep == null ? null : sweep.progress(),
                Math.round(attemptMs),
                counters.totals());
    }
}
