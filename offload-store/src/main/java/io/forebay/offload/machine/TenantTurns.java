package io.forebay.offload.machine;

import io.forebay.offload.JobId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whose turn it is among the tenants of one queue: start-time fair queueing (Goyal, Vin and Cheng, 1996) of the time
/// that attempts take. A lease is charged what the tenant's attempts took on average, and settled when it ends; a
/// tenant of weight 3 is charged a third. Who has nothing waiting saves nothing up.
///
/// In memory alone: after a restart all begin alike.
final class TenantTurns {
    /// What an attempt of a tenant is taken to need before one has ended.
    private static final long FIRST_COST_MS = 100;

    /// So that a charge divided by a weight keeps its meaning.
    private static final long UNITS_PER_MS = 1_000;

    private static final int AVERAGE_OVER = 8;
    private static final Comparator<TenantLane> BY_TURN = (a, b) ->
            a.turn() == b.turn() ? Integer.compare(a.tenantId(), b.tenantId()) : Long.compare(a.turn(), b.turn());

    private final TreeSet<TenantLane> waiting = new TreeSet<>(BY_TURN);
    private final Map<JobId, Charge> charges = new HashMap<>();
    /// The turn that was served last.
    private long now;

    private record Charge(TenantLane lane, int weight, long costMs) {}

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    @Nullable
    TenantLane first() {
        return waiting.isEmpty() ? null : waiting.first();
    }

    Iterable<TenantLane> waiting() {
        return waiting;
    }

    /// The tenant has a job to give.
    void join(TenantLane lane) {
        if (!waiting.contains(lane)) {
            lane.turn(Math.max(lane.turn(), now));
            waiting.add(lane);
        }
    }

    void leave(TenantLane lane) {
        waiting.remove(lane);
    }

    /// A job of the tenant was given out.
    void served(JobId job, TenantLane lane, int weight) {
        now = Math.max(now, lane.turn());
        long costMs = lane.averageMs() == 0 ? FIRST_COST_MS : lane.averageMs();
        lane.weight(weight);
        charges.put(job, new Charge(lane, weight, costMs));
        move(lane, costMs * UNITS_PER_MS / weight);
    }

    /// The attempt has ended. One that began before this process did, or that nobody was given, was not charged.
    ///
    /// @return whether it was
    boolean ended(JobId job, long tookMs) {
        Charge charge = charges.remove(job);
        if (charge == null) {
            return false;
        }
        TenantLane lane = charge.lane();
        long averageMs = lane.averageMs() == 0 ? tookMs : lane.averageMs();
        lane.averageMs(Math.max(1, averageMs + (tookMs - averageMs) / AVERAGE_OVER));
        move(lane, (tookMs - charge.costMs()) * UNITS_PER_MS / charge.weight());
        return true;
    }

    /// How many jobs are given out until so many of the tenant are, while the others that wait now have any.
    long ahead(long ownReady, @Nullable TenantLane own, int ownWeight) {
        long weights = ownWeight;
        for (TenantLane lane : waiting) {
            weights += lane == own ? 0 : lane.weight();
        }
        return ownReady * weights / ownWeight;
    }

    private void move(TenantLane lane, long by) {
        boolean isWaiting = waiting.remove(lane);
        lane.turn(lane.turn() + by);
        if (isWaiting) {
            waiting.add(lane);
        }
    }
}
