package io.forebay.mesh.balance;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.health.EndpointHealth;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.mesh.resilience.CircuitBreaker;
import io.forebay.mesh.resilience.EjectionLimit;
import org.jspecify.annotations.Nullable;

/// One endpoint as one loop sees it: the calls this loop has in flight there, and the breaker it shares with the other
/// loops. Given by [LoopBackend#pick]; the call notes [#permit] at once and settles it exactly once, on the same loop,
/// by [#succeeded], [#failed] or [#abandoned], also when a reload has dropped the endpoint meanwhile.
public final class LoopEndpoint {
    /// What a weight of 1 is as a share, so that a share may be a hundredth of it.
    private static final int WHOLE = 100;

    /// An endpoint that warms up begins with this much of its share, so that it gets calls to warm up with.
    private static final int FIRST = 10;

    private final int index;
    private final Endpoint endpoint;
    private final CircuitBreaker breaker;
    private final EndpointHealth health;
    private final @Nullable EjectionLimit ejections;
    final InFlight inFlight;
    /// With [io.forebay.mesh.Balance#PEAK_EWMA] only.
    final @Nullable AnswerTime answerTime;

    private long permit = CircuitBreaker.REFUSED;
    /// What of the backend's calls it should get, beside the shares of the others: its weight in hundredths.
    long share;
    /// What smooth weighted round robin owes this endpoint.
    long credit;

    LoopEndpoint(int index, BackendGuard guard, InFlight inFlight, @Nullable AnswerTime answerTime) {
        this.index = index;
        this.endpoint = guard.backend().endpoints().get(index);
        this.breaker = guard.breakers().get(index);
        this.health = guard.healths().get(index);
        this.ejections = guard.ejections();
        this.inFlight = inFlight;
        this.answerTime = answerTime;
        this.share = (long) endpoint.weight() * WHOLE;
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

    /// The answer to a call began, with a status below 500.
    ///
    /// @param tookNs since the whole request was sent
    public void answered(long tookNs, long nowNs) {
        if (answerTime != null) {
            answerTime.observe(tookNs, nowNs);
        }
    }

    /// The answer was complete and its status below 500.
    public void succeeded(long settledPermit, long nowNs) {
        end();
        breaker.onSuccess(settledPermit, nowNs);
    }

    /// The status was 500 or above, or the call failed by the endpoint's fault.
    ///
    /// @param random decides the jitter of the next probe
    /// @return whether this opened the breaker
    public boolean failed(long settledPermit, long nowNs, long random) {
        end();
        if (answerTime != null) {
            answerTime.failed(nowNs);
        }
        return breaker.onFailure(settledPermit, nowNs, random, ejections);
    }

    /// The call ended without telling anything about the endpoint.
    public void abandoned(long settledPermit, long nowNs) {
        end();
        breaker.onAbandoned(settledPermit, nowNs);
    }

    /// Whether a call may go there, as far as probes and the breaker tell.
    boolean isReady(long nowNs) {
        return health.isUp() && breaker.isReady(nowNs);
    }

    /// Sets the share by how long the endpoint has been well.
    void warm(long nowNs, long windowNs) {
        // Differences, since times may be negative: the later of the two beginnings counts.
        long wellNs = Math.max(0, Math.min(nowNs - health.upSinceNs(), nowNs - breaker.closedSinceNs()));
        long percent = wellNs >= windowNs ? WHOLE : Math.max(FIRST, wellNs * WHOLE / windowNs);
        share = endpoint.weight() * percent;
    }

    /// Takes a call on if the breaker still allows it: another loop may have taken the probe since it looked ready.
    ///
    /// @param isPanic whether it is called even so, without being told of the outcome
    boolean begin(long nowNs, boolean isPanic) {
        long given = breaker.tryAcquire(nowNs);
        if (given == CircuitBreaker.REFUSED) {
            if (!isPanic) {
                return false;
            }
            given = CircuitBreaker.UNCOUNTED;
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
