package io.forebay.policy.route;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The weighted backends of a rule. A faulty reference keeps its weight and answers 500 for its share; weight 0 gets
/// nothing. Backends that are fallbacks stand aside until none of the others is ready. Immutable, any thread;
/// picking creates nothing.
public final class BackendSplit {

    /// Chosen when no backend has any weight.
    public static final Share NO_BACKEND = new Share(null, 1, "NoBackend");

    private final List<Share> shares;
    private final Share[] weighted;
    private final long[] upTo;
    private final @Nullable BackendSplit fallback;

    private BackendSplit(List<Share> shares, @Nullable BackendSplit fallback) {
        this.fallback = fallback;
        this.shares = List.copyOf(shares);
        this.weighted = shares.stream().filter(share -> share.weight > 0).toArray(Share[]::new);
        this.upTo = new long[weighted.length];
        long total = 0;
        for (int i = 0; i < weighted.length; i++) {
            total += weighted[i].weight;
            upTo[i] = total;
        }
    }

    public static BackendSplit of(List<Share> shares) {
        return new BackendSplit(shares, null);
    }

    /// The same with backends for when none of these is ready. Without any other, fallbacks are backends like any.
    public static BackendSplit of(List<Share> shares, List<Share> fallbacks) {
        if (shares.isEmpty() || fallbacks.isEmpty()) {
            return of(shares.isEmpty() ? fallbacks : shares);
        }
        return new BackendSplit(shares, of(fallbacks));
    }

    /// All shares, those of fallbacks at the end.
    public List<Share> shares() {
        if (fallback == null) {
            return shares;
        }
        List<Share> all = new ArrayList<>(shares);
        all.addAll(fallback.shares);
        return List.copyOf(all);
    }

    /// Whether a backend would take a call now.
    @FunctionalInterface
    public interface Readiness {
        /// Whether one of its endpoints is healthy.
        ///
        /// @param backend namespace/name
        boolean isReady(String backend);
    }

    /// The share for a random number, of a fallback where only fallbacks are ready.
    ///
    /// @param random any `long`, uniform
    /// @param readiness not asked where the rule has no fallback
    public Share pick(long random, Readiness readiness) {
        BackendSplit other = fallback;
        return other != null && !isReady(readiness) && other.isReady(readiness) ? other.pick(random) : pick(random);
    }

    private boolean isReady(Readiness readiness) {
        for (Share share : weighted) {
            if (share.backend != null && readiness.isReady(share.backend)) {
                return true;
            }
        }
        return false;
    }

    /// The share for a random number, whatever is ready: any `long`, uniform.
    public Share pick(long random) {
        if (weighted.length == 0) {
            return NO_BACKEND;
        }
        if (weighted.length == 1) {
            return weighted[0];
        }
        long point = Math.unsignedMultiplyHigh(random, upTo[upTo.length - 1]);
        int i = 0;
        while (point >= upTo[i]) {
            i++;
        }
        return weighted[i];
    }

    /// One reference.
    ///
    /// @param backend namespace/name, or null if it could not be resolved
    /// @param weight 0 to 1,000,000
    /// @param fault why the share answers 500, or null
    public record Share(
            @Nullable String backend, int weight, @Nullable String fault) {
        public Share {
            if (weight < 0 || weight > 1_000_000) {
                throw new IllegalArgumentException("weight " + weight + " is not in 0..1000000");
            }
            if ((backend == null) == (fault == null)) {
                throw new IllegalArgumentException("a share has either a backend or a fault");
            }
        }

        public static Share of(String backend, int weight) {
            return new Share(backend, weight, null);
        }

        public static Share faulty(String fault, int weight) {
            return new Share(null, weight, fault);
        }
    }
}
