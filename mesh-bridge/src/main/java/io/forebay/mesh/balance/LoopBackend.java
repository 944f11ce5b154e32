package io.forebay.mesh.balance;

import io.forebay.mesh.Backend;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.BackendGuard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One backend as one event loop uses it: picks the endpoint of the next call. Owned by that loop, which makes the next
/// one with [#next] when it meets a new policy generation. Picking allocates nothing and reads no clock.
public final class LoopBackend {
    private final BackendGuard guard;
    private final LoopEndpoint[] endpoints;
    private final boolean isRoundRobin;

    private LoopBackend(BackendGuard guard, @Nullable LoopBackend earlier) {
        this.guard = guard;
        this.isRoundRobin = guard.backend().balance() == Balance.ROUND_ROBIN;
        List<Endpoint> configured = guard.backend().endpoints();
        this.endpoints = new LoopEndpoint[configured.size()];
        for (int i = 0; i < endpoints.length; i++) {
            Endpoint endpoint = configured.get(i);
            endpoints[i] = new LoopEndpoint(i, endpoint, guard.breakers().get(i), inFlight(earlier, endpoint));
        }
    }

    public static LoopBackend of(BackendGuard guard) {
        return new LoopBackend(guard, null);
    }

    /// The same backend in a later generation: calls in flight at addresses that stay are still counted.
    public LoopBackend next(BackendGuard later) {
        return new LoopBackend(later, this);
    }

    private static InFlight inFlight(@Nullable LoopBackend earlier, Endpoint endpoint) {
        if (earlier != null) {
            for (LoopEndpoint known : earlier.endpoints) {
                if (known.endpoint().hasAddressOf(endpoint)) {
                    return known.inFlight;
                }
            }
        }
        return new InFlight();
    }

    public BackendGuard guard() {
        return guard;
    }

    public Backend backend() {
        return guard.backend();
    }

    /// The endpoint for the next call, its call already counted and its breaker's permit taken; or null: every endpoint
    /// is among those tried, has its breaker open, or has weight 0, which is
    /// [io.forebay.mesh.UpstreamFailure.NoReadyEndpoint].
    ///
    /// @param random uniformly distributed
    /// @param triedBits the bits of the endpoints this call must not take again
    public @Nullable LoopEndpoint pick(long nowNs, long random, long triedBits) {
        long ready = readyBits(nowNs, triedBits);
        while (ready != 0) {
            LoopEndpoint chosen = choose(ready, random);
            if (chosen.begin(nowNs)) {
                return chosen;
            }
            ready &= ~chosen.bit();
        }
        return null;
    }

    private long readyBits(long nowNs, long triedBits) {
        long ready = 0;
        for (LoopEndpoint candidate : endpoints) {
            boolean isCandidate =
                    (triedBits & candidate.bit()) == 0 && candidate.endpoint().weight() > 0;
            if (isCandidate && candidate.breaker().isReady(nowNs)) {
                ready |= candidate.bit();
            }
        }
        return ready;
    }

    private LoopEndpoint choose(long ready, long random) {
        if ((ready & (ready - 1)) == 0) {
            return endpoints[Long.numberOfTrailingZeros(ready)];
        }
        return isRoundRobin ? RoundRobin.choose(endpoints, ready) : LeastRequest.choose(endpoints, ready, random);
    }
}
