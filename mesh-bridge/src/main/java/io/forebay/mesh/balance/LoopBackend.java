package io.forebay.mesh.balance;

import io.forebay.mesh.Backend;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointTiers;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.Hedging;
import io.forebay.mesh.MaglevTable;
import io.forebay.mesh.resilience.BackendGuard;
import org.jspecify.annotations.Nullable;

/// One backend as one event loop uses it: picks the endpoint of the next call. Owned by that loop, which makes the next
/// one with [#next] when it meets a new policy generation. Picking allocates nothing and reads no clock.
public final class LoopBackend {
    private final BackendGuard guard;
    private final LoopEndpoint[] endpoints;
    private final Balance balance;
    private final long slowStartNs;
    private final HealthCheck health;
    private final EndpointTiers tiers;
    /// Where the gateway's own zone is preferred.
    private final @Nullable ZoneRouting zones;
    /// With [Hedging] only.
    private final @Nullable FirstByteTimes firstBytes;

    private LoopBackend(BackendGuard guard, @Nullable LoopBackend earlier) {
        this.guard = guard;
        Backend backend = guard.backend();
        this.balance = backend.loadBalancer().balance();
        this.slowStartNs = backend.loadBalancer().slowStartNs();
        this.health = backend.health();
        this.tiers = guard.tiers();
        this.zones = ZoneRouting.of(backend.loadBalancer().localZone(), backend.endpoints());
        this.firstBytes = backend.hedging() == null ? null : firstBytes(earlier);
        this.endpoints = new LoopEndpoint[backend.endpoints().size()];
        for (int i = 0; i < endpoints.length; i++) {
            LoopEndpoint known =
                    earlier == null ? null : earlier.at(backend.endpoints().get(i));
            endpoints[i] =
                    new LoopEndpoint(i, guard, known == null ? new InFlight() : known.inFlight, answerTime(known));
        }
    }

    public static LoopBackend of(BackendGuard guard) {
        return new LoopBackend(guard, null);
    }

    /// The same backend in a later generation: calls in flight at addresses that stay are still counted, and their
    /// answer times known.
    public LoopBackend next(BackendGuard later) {
        return new LoopBackend(later, this);
    }

    private @Nullable LoopEndpoint at(Endpoint address) {
        for (LoopEndpoint known : endpoints) {
            if (known.endpoint().hasAddressOf(address)) {
                return known;
            }
        }
        return null;
    }

    private @Nullable AnswerTime answerTime(@Nullable LoopEndpoint known) {
        if (balance != Balance.PEAK_EWMA) {
            return null;
        }
        return known == null || known.answerTime == null ? new AnswerTime() : known.answerTime;
    }

    private static FirstByteTimes firstBytes(@Nullable LoopBackend earlier) {
        return earlier == null || earlier.firstBytes == null ? new FirstByteTimes() : earlier.firstBytes;
    }

    public BackendGuard guard() {
        return guard;
    }

    public Backend backend() {
        return guard.backend();
    }

    /// The endpoint for the next call, its call already counted and its breaker's permit taken; or null: every endpoint
    /// is among those tried, is down, has its breaker open, or has weight 0, which is
    /// [io.forebay.mesh.UpstreamFailure.NoReadyEndpoint].
    ///
    /// @param number uniformly distributed: random, or with [Balance#CONSISTENT_HASH] what the request is hashed to
    /// @param triedBits the bits of the endpoints this call must not take again
    public @Nullable LoopEndpoint pick(long nowNs, long number, long triedBits) {
        return pick(nowNs, number, triedBits, 0);
    }

    /// The same, but the endpoint that the call belongs to while that is well.
    ///
    /// @param wantedBit the bit of that endpoint, or 0 for none
    public @Nullable LoopEndpoint pick(long nowNs, long number, long triedBits, long wantedBit) {
        long healthy = healthyBits(nowNs);
        long wanted = healthy & wantedBit & ~triedBits;
        if (wanted != 0) {
            LoopEndpoint own = endpoints[Long.numberOfTrailingZeros(wanted)];
            if (own.begin(nowNs, false)) {
                return own;
            }
        }
        if (tiers.isPanic(health, healthy)) {
            return take(tiers.eligible() & ~triedBits, number, nowNs, true);
        }
        LoopEndpoint chosen = pickOf(healthy, triedBits, number, nowNs, false);
        return chosen == null ? pickOf(healthy, triedBits, number, nowNs, true) : chosen;
    }

    /// An endpoint of the first tier that has one; of those that have few healthy ones last.
    private @Nullable LoopEndpoint pickOf(long healthy, long triedBits, long number, long nowNs, boolean isOfFew) {
        for (int tier = 0; tier < tiers.count(); tier++) {
            if (tiers.isPanic(health, healthy, tier) == isOfFew) {
                LoopEndpoint chosen = pickOf(tiers.bits(tier), healthy, triedBits, number, nowNs);
                if (chosen != null) {
                    return chosen;
                }
            }
        }
        return null;
    }

    private @Nullable LoopEndpoint pickOf(long tier, long healthy, long triedBits, long number, long nowNs) {
        long candidates = healthy & tier & ~triedBits;
        if (zones == null) {
            return take(candidates, number, nowNs, false);
        }
        long first = zones.first(tier, healthy, number);
        LoopEndpoint chosen = take(candidates & first, number, nowNs, false);
        return chosen == null ? take(candidates & ~first, number, nowNs, false) : chosen;
    }

    private @Nullable LoopEndpoint take(long candidates, long number, long nowNs, boolean isPanic) {
        long ready = candidates;
        while (ready != 0) {
            LoopEndpoint chosen = choose(ready, number, nowNs);
            if (chosen.begin(nowNs, isPanic)) {
                return chosen;
            }
            ready &= ~chosen.bit();
        }
        return null;
    }

    /// The answer to a request began, at whichever endpoint, or had not begun when the request was given up.
    ///
    /// @param tookNs since the whole request was sent
    public void firstByte(long tookNs, long nowNs) {
        if (firstBytes != null) {
            firstBytes.observe(tookNs, nowNs);
        }
    }

    /// How long a request waits for its answer to begin before it counts as slow, in nanoseconds; or
    /// [FirstByteTimes#UNKNOWN]: nothing is hedged, or too little is known yet.
    public long hedgeDelayNs(long nowNs) {
        Hedging hedging = guard.backend().hedging();
        if (hedging == null || firstBytes == null) {
            return FirstByteTimes.UNKNOWN;
        }
        long usualNs = firstBytes.percentileNs(hedging.percentile(), nowNs);
        return usualNs == FirstByteTimes.UNKNOWN ? usualNs : Math.max(usualNs, hedging.minDelayNs());
    }

    /// Whether the endpoint with this bit is well.
    public boolean isWell(long bit, long nowNs) {
        return (healthyBits(nowNs) & bit) != 0;
    }

    private long healthyBits(long nowNs) {
        long healthy = 0;
        for (LoopEndpoint candidate : endpoints) {
            if (candidate.endpoint().weight() > 0 && candidate.isReady(nowNs)) {
                healthy |= candidate.bit();
            }
        }
        return healthy;
    }

    private LoopEndpoint choose(long ready, long number, long nowNs) {
        if ((ready & (ready - 1)) == 0) {
            return endpoints[Long.numberOfTrailingZeros(ready)];
        }
        if (slowStartNs > 0) {
            warm(ready, nowNs);
        }
        return switch (balance) {
            case ROUND_ROBIN -> RoundRobin.choose(endpoints, ready);
            case LEAST_REQUEST -> LeastRequest.choose(endpoints, ready, number);
            case PEAK_EWMA -> PeakEwma.choose(endpoints, ready, number, nowNs);
            case CONSISTENT_HASH -> hashed(ready, number);
        };
    }

    private void warm(long ready, long nowNs) {
        for (long rest = ready; rest != 0; rest &= rest - 1) {
            endpoints[Long.numberOfTrailingZeros(rest)].warm(nowNs, slowStartNs);
        }
    }

    private LoopEndpoint hashed(long ready, long hash) {
        MaglevTable table = guard.table();
        return endpoints[table == null ? Long.numberOfTrailingZeros(ready) : table.find(hash, ready)];
    }
}
