package io.forebay.mesh.resilience;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Decides whether one endpoint may be called, from how its last calls went.
///
/// Closed, it counts consecutive failures; at `failuresToOpen` it opens and refuses. After `openNs`, longer if it
/// has opened lately, it admits one call as a probe: success closes it, failure opens it anew. Each opening begins
/// a new *era*, and a permit bears the era it was given in, so an outcome that arrives after the state moved on
/// changes nothing.
///
/// This is also the ejection of an endpoint: where a policy asks for it, an [EjectionLimit] keeps too many breakers
/// of one backend from being open at a time (decision 0020).
///
/// Shared by all loops. The whole state is one word changed by compare-and-set: two bits of phase, ten of era, 52 of
/// count (closed) or deadline (open, half-open). Nothing allocates or blocks; a healthy endpoint's calls only read it.
/// Each permit that was given is settled once, by [#onSuccess], [#onFailure] or [#onAbandoned].
public final class CircuitBreaker {
    /// The answer of [#tryAcquire] when the endpoint must not be called.
    public static final long REFUSED = -1;

    /// A permit that no outcome is counted for: of a call that is made although the breaker is open, since too few
    /// endpoints are well. Its phase bits are nobody's.
    public static final long UNCOUNTED = 3L << 62;

    /// What the breaker does with the next call.
    public enum Phase {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private static final int CLOSED = 0;
    private static final int OPEN = 1;
    private static final int HALF_OPEN = 2;

    private static final int PHASE_SHIFT = 62;
    private static final int ERA_SHIFT = 52;
    private static final long ERA_MASK = 0x3ff;
    private static final long LOW_MASK = (1L << ERA_SHIFT) - 1;
    /// Deadlines are kept in units of 1,024 ns, so that 52 bits last 146 years.
    private static final int TICK_SHIFT = 10;

    /// Beyond this the time it stays open grows no more, whatever the settings.
    private static final int OPENINGS_MAX = 1_000;

    private static final VarHandle WORD = wordHandle();

    private final long originNs;
    private volatile BreakerSettings settings;
    /// Written by whoever has just opened or closed it, which nobody else can until much later.
    private volatile int openings;

    private volatile long closedSinceNs;

    /// Null where failures in a row are all that counts: then a healthy endpoint's calls only read.
    private volatile @Nullable FailureRatio ratio;

    @SuppressWarnings("FieldMayBeFinal") // written through WORD
    private volatile long word;

    /// A closed breaker.
    ///
    /// @param nowNs the time at creation; all later times are taken relative to it
    public CircuitBreaker(BreakerSettings settings, long nowNs) {
        this.settings = requireNonNull(settings, "settings");
        this.originNs = nowNs;
        this.closedSinceNs = nowNs;
        this.ratio = ratioOf(settings, nowNs);
    }

    private static @Nullable FailureRatio ratioOf(BreakerSettings settings, long nowNs) {
        return settings.failurePercent() == 0
                ? null
                : new FailureRatio(settings.failurePercent(), settings.forgetNs(), nowNs);
    }

    private static VarHandle wordHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(CircuitBreaker.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Whether [#tryAcquire] would give a permit now. Only reads.
    public boolean isReady(long nowNs) {
        long seen = word;
        return phaseOf(seen) == CLOSED || low(seen) <= ticks(nowNs);
    }

    /// A permit to call the endpoint, or [#REFUSED]. Of several callers that find the probe due, one gets it.
    public long tryAcquire(long nowNs) {
        long seen = word;
        if (phaseOf(seen) == CLOSED) {
            return permitOf(seen);
        }
        if (low(seen) > ticks(nowNs)) {
            return REFUSED;
        }
        long probing = word(HALF_OPEN, eraOf(seen), ticks(nowNs + settings.probeNs()));
        return WORD.compareAndSet(this, seen, probing) ? permitOf(probing) : REFUSED;
    }

    /// Whether this permit is the probe of a half-open breaker.
    public static boolean isProbe(long permit) {
        return phaseOf(permit) == HALF_OPEN;
    }

    /// The call reached the endpoint and was answered with a status below 500.
    public void onSuccess(long permit, long nowNs) {
        long seen = word;
        FailureRatio counted = ratio;
        if (counted != null && permitOf(seen) == permit && phaseOf(seen) == CLOSED) {
            counted.onSuccess(nowNs);
        }
        while (permitOf(seen) == permit && seen != word(CLOSED, eraOf(seen), 0)) {
            if (WORD.compareAndSet(this, seen, word(CLOSED, eraOf(seen), 0))) {
                if (phaseOf(seen) != CLOSED) {
                    closedSinceNs = nowNs;
                }
                return;
            }
            seen = word;
        }
    }

    /// The call failed by the endpoint's fault or was answered with a status of 500 and above.
    ///
    /// @param random any number; decides the jitter of the time until the next probe
    /// @param ejections what keeps it closed while too many others are open; null for nothing
    /// @return whether this report opened the breaker
    public boolean onFailure(long permit, long nowNs, long random, @Nullable EjectionLimit ejections) {
        long seen = word;
        FailureRatio counted = ratio;
        boolean isExceeded = counted != null && permitOf(seen) == permit && counted.onFailure(nowNs);
        while (permitOf(seen) == permit) {
            boolean isProbe = phaseOf(seen) == HALF_OPEN;
            boolean isDue = isProbe || isExceeded || low(seen) + 1 >= settings.failuresToOpen();
            boolean opens = isDue && (isProbe || ejections == null || ejections.hasRoom());
            int opened = opens ? openings(seen, nowNs) + 1 : 0;
            long next = opens ? opened(seen, nowNs, random, opened) : failed(seen);
            if (WORD.compareAndSet(this, seen, next)) {
                if (opens && !isProbe && ejections != null && ejections.isExceeded()) {
                    // Another endpoint was ejected at the same moment: this one tries again at its next failure.
                    WORD.compareAndSet(this, next, word(CLOSED, eraOf(next), settings.failuresToOpen() - 1));
                    return false;
                }
                if (opens && counted != null) {
                    counted.clear(nowNs);
                }
                if (opens) {
                    openings = Math.min(opened, OPENINGS_MAX);
                }
                return opens;
            }
            seen = word;
        }
        return false;
    }

    /// One failure more, kept just below the threshold while it may not open.
    private long failed(long seen) {
        return word(CLOSED, eraOf(seen), Math.min(low(seen) + 1, settings.failuresToOpen() - 1));
    }

    /// How often it has opened lately.
    private int openings(long seen, long nowNs) {
        if (phaseOf(seen) == HALF_OPEN) {
            return openings;
        }
        long forgotten = Math.max(0, nowNs - closedSinceNs) / settings.forgetNs();
        return (int) Math.max(0, openings - forgotten);
    }

    /// The call ended without saying anything about the endpoint: the client left, or the request was never sent.
    /// An abandoned probe is due again at once.
    public void onAbandoned(long permit, long nowNs) {
        long seen = word;
        if (isProbe(permit) && permitOf(seen) == permit) {
            // A lost race means that another outcome of this era settled it.
            WORD.compareAndSet(this, seen, word(OPEN, eraOf(seen), ticks(nowNs)));
        }
    }

    public Phase phase() {
        return switch (phaseOf(word)) {
            case CLOSED -> Phase.CLOSED;
            case OPEN -> Phase.OPEN;
            case HALF_OPEN -> Phase.HALF_OPEN;
            default -> throw new AssertionError("phase bits " + phaseOf(word));
        };
    }

    /// Nanoseconds until a call may pass: 0 when one may now.
    public long untilReadyNs(long nowNs) {
        long seen = word;
        return phaseOf(seen) == CLOSED ? 0 : Math.max(0, (low(seen) - ticks(nowNs)) << TICK_SHIFT);
    }

    /// Since when it has been closed; while it is not, since when it was before.
    public long closedSinceNs() {
        return closedSinceNs;
    }

    public BreakerSettings settings() {
        return settings;
    }

    /// Called by whoever publishes a policy; an opening that has begun keeps its time.
    public void adjust(BreakerSettings changed, long nowNs) {
        settings = changed;
        FailureRatio counted = ratio;
        if (counted == null || !counted.isOf(changed)) {
            ratio = ratioOf(changed, nowNs);
        }
    }

    private long opened(long seen, long nowNs, long random, int times) {
        BreakerSettings now = settings;
        long jitterNs = now.openJitterNs() == 0 ? 0 : Long.remainderUnsigned(random, now.openJitterNs() + 1);
        long openNs = Math.min(now.openMaxNs(), now.openNs() * Math.min(times, OPENINGS_MAX));
        return word(OPEN, eraOf(seen) + 1, ticks(nowNs + openNs + jitterNs) + 1);
    }

    private long ticks(long nowNs) {
        // Loops cache their time: one may lag behind the creation of the breaker.
        return Math.max(0, nowNs - originNs) >>> TICK_SHIFT;
    }

    private static long word(int phase, long era, long low) {
        return ((long) phase << PHASE_SHIFT) | ((era & ERA_MASK) << ERA_SHIFT) | (low & LOW_MASK);
    }

    private static int phaseOf(long word) {
        return (int) (word >>> PHASE_SHIFT);
    }

    private static long eraOf(long word) {
        return (word >>> ERA_SHIFT) & ERA_MASK;
    }

    private static long low(long word) {
        return word & LOW_MASK;
    }

    private static long permitOf(long word) {
        return word & ~LOW_MASK;
    }
}
