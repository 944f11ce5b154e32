package io.forebay.policy.route;

import java.util.BitSet;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/// How often and when a call that failed is made again (`retry` of an HTTPRoute's rule). Immutable.
public final class RetryRule {
    private static final long BACKOFF_BASE_NS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final int BACKOFF_GROWTH_MAX = 10;

    private final int attempts;
    private final BitSet codes;
    private final long backoffNs;
    private final long bodyBytesMax;

    /// @param attempts how often at most it is made again, 1 or more
    /// @param codes statuses of answers that count as failures
    /// @param backoffNs the least time between two tries; 0 for none in particular
    public RetryRule(int attempts, Collection<Integer> codes, long backoffNs) {
        this(attempts, codes, backoffNs, 0);
    }

    /// @param bodyBytesMax how much of a request's body is kept in a file where memory is too little for it; 0 for
    ///     nothing
    public RetryRule(int attempts, Collection<Integer> codes, long backoffNs, long bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax;
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be 1 or more: " + attempts);
        }
        this.attempts = attempts;
        this.codes = new BitSet();
        codes.forEach(this.codes::set);
        this.backoffNs = backoffNs;
    }

    public long bodyBytesMax() {
        return bodyBytesMax;
    }

    public int attempts() {
        return attempts;
    }

    /// Whether an answer with this status counts as a failure.
    public boolean retries(int status) {
        return codes.get(status);
    }

    /// How long to wait before the next try: a random time within a span that doubles from try to try, up to ten times
    /// the first, after the policy's least (exponential back-off with full jitter).
    ///
    /// @param done how often the call was made again before
    /// @param random any number
    public long delayNs(int done, long random) {
        long baseNs = backoffNs == 0 ? BACKOFF_BASE_NS : backoffNs;
        long spanNs = baseNs * Math.min(1L << Math.min(done, BACKOFF_GROWTH_MAX), BACKOFF_GROWTH_MAX);
        return backoffNs + Math.floorMod(random, spanNs);
    }
}
