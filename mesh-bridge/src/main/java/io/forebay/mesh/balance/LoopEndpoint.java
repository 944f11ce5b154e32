package io.forebay.mesh.balance;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.resilience.CircuitBreaker;

/// One endpoint as one loop sees it: the calls this loop has in flight there, and the breaker it shares with the other
/// loops. Given by [LoopBackend#pick]; the call notes [#permit] at once and settles it exactly once, on the same loop,
/// by [#succeeded], [#failed] or [#abandoned], also when a reload has dropped the endpoint meanwhile.
public final class LoopEndpoint {
    private final int index;
    private final Endpoint endpoint;
    private final CircuitBreaker breaker;
    final InFlight inFlight;
    private long permit = CircuitBreaker.REFUSED;
    /// What smooth weighted round robin owes this endpoint.
    long credit;

    LoopEndpoint(int index, Endpoint endpoint, CircuitBreaker breaker, InFlight inFlight) {
        this.index = index;
        this.endpoint = endpoint;
        this.breaker = breaker;
        this.inFlight = inFlight;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /// This endpoint's bit, to be added to the mask of those already tried.
    public long bit() {
        return 1L << index;
    }

    /// The breaker's permit of the pick just made; the next pick on this loop overwrites it.
    public long permit() {
        return permit;
    }

    /// Calls this loop has running at the endpoint.
    public int callsInFlight() {
        return inFlight.count;
    }

    public CircuitBreaker breaker() {
        return breaker;
    }

    /// The answer was complete and its status below 500.
    public void succeeded(long settledPermit) {
        end();
        breaker.onSuccess(settledPermit);
    }

    /// The status was 500 or above, or the call failed by the endpoint's fault.
    ///
    /// @param random decides the jitter of the next probe
    /// @return whether this opened the breaker
    public boolean failed(long settledPermit, long nowNs, long random) {
        end();
        return breaker.onFailure(settledPermit, nowNs, random);
    }

    /// The call ended without telling anything about the endpoint.
    public void abandoned(long settledPermit, long nowNs) {
        end();
        breaker.onAbandoned(settledPermit, nowNs);
    }

    /// Takes a call on if the breaker still allows it: another loop may have taken the probe since it looked ready.
    boolean begin(long nowNs) {
        long given = breaker.tryAcquire(nowNs);
        if (given == CircuitBreaker.REFUSED) {
            return false;
        }
        permit = given;
        inFlight.count++;
        return true;
    }

    private void end() {
        if (inFlight.count == 0) {
            throw new IllegalStateException("more calls to " + endpoint + " settled than were picked");
        }
        inFlight.count--;
    }
}
