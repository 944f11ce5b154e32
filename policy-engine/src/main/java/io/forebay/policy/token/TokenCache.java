package io.forebay.policy.token;

/// Tokens whose signature was verified, shared by all loops and kept over reloads.
public final class TokenCache {

    public static final int CAPACITY_DEFAULT = 100_000;

    private final int capacity;

    /// An empty cache.
    ///
    /// @param capacity the most entries it may hold
    public TokenCache(int capacity) {
        this.capacity = capacity;
    }

    public int capacity() {
        return capacity;
    }
}
