package io.forebay.gateway.overload;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.TimeUnit;

/// How short memory is: direct memory in use against what may be used, or what full collections leave of the heap
/// against its size, whichever is worse.
///
/// What a collection left says less the older it is: without one for [#STALE_NS] it counts for nothing. Otherwise a
/// gateway that refuses everything would never allocate enough to find out that there is room again. One a loop.
public final class MemoryPressure {
    static final long STALE_NS = TimeUnit.SECONDS.toNanos(10);

    private final OldGeneration old;
    private long collections;
    private long collectedNs;
    private double left;

    public MemoryPressure() {
        this(OldGeneration.OF_PROCESS);
    }

    MemoryPressure(OldGeneration old) {
        this.old = old;
    }

    /// The pressure now, 0 to 1. Allocates only after a collection.
    public double at(long nowNs) {
        return Math.max(direct(PlatformDependent.usedDirectMemory(), PlatformDependent.maxDirectMemory()), heap(nowNs));
    }

    /// Netty does not count on some platforms, and says -1.
    static double direct(long used, long max) {
        return used < 0 || max <= 0 ? 0 : (double) used / max;
    }

    double heap(long nowNs) {
        long seen = old.collections();
        if (seen != collections) {
            collections = seen;
            collectedNs = nowNs;
            left = old.left();
        }
        return nowNs - collectedNs > STALE_NS ? 0 : left;
    }
}
