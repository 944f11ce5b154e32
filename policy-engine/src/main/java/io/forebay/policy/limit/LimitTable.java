package io.forebay.policy.limit;

/// The counters of all limits, shared by all loops and kept over reloads.
public final class LimitTable {

    public static final int KEYS_MAX_DEFAULT = 1_000_000;

    private final int keysMax;
    private final long seed;

    /// An empty table.
    ///
    /// @param keysMax counters it may hold
    /// @param seed secret that keeps callers from choosing keys that collide
    public LimitTable(int keysMax, long seed) {
        this.keysMax = keysMax;
        this.seed = seed;
    }

    public int keysMax() {
        return keysMax;
    }

    long seed() {
        return seed;
    }
}
