package io.forebay.policy.route;

import io.forebay.policy.StableHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The weighted backends of a rule. A faulty reference keeps its weight and answers 500 for its share; weight 0 gets
/// nothing. Backends that are fallbacks stand aside until none of the others is ready. Immutable, any thread; picking
/// creates nothing.
///
/// A split that keeps users on one side is weighted rendezvous hashing (Schindelhauer, Schomaker 2005): each share
/// draws a number from the user's and its own name, and the best for its weight wins. When weights move, users go only
/// from shares that lost to shares that won some; the order of the shares does not matter.
public final class BackendSplit {

    /// Chosen when no backend has any weight.
    public static final Share NO_BACKEND = Share.faulty("NoBackend", 1);

    private final List<Share> shares;
    private final Share[] weighted;
    private final long[] upTo;
    private final long[] seeds;
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
        this.seeds = seeds(weighted);
    }

    /// A backend that is named twice draws twice.
    private static long[] seeds(Share[] shares) {
        Map<String, Integer> seen = new HashMap<>();
        long[] seeds = new long[shares.length];
        for (int i = 0; i < shares.length; i++) {
            int earlier = seen.merge(shares[i].name, 1, Integer::sum) - 1;
            seeds[i] = StableHash.mix(StableHash.of(shares[i].name) + earlier);
        }
        return seeds;
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
        return inForce(readiness).pick(random);
    }

    /// The shares that get calls now: those of fallbacks where only fallbacks are ready.
    public List<Share> sharesInForce(Readiness readiness) {
        return inForce(readiness).shares;
    }

    private BackendSplit inForce(Readiness readiness) {
        BackendSplit other = fallback;
        return other != null && !isReady(readiness) && other.isReady(readiness) ? other : this;
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

    /// The share of a user, of a fallback where only fallbacks are ready.
    ///
    /// @param point as [#pickFor(long)] has it
    /// @param readiness not asked where the rule has no fallback
    public Share pickFor(long point, Readiness readiness) {
        return inForce(readiness).pickFor(point);
    }

    /// The share of a user, by a number that is the same for the user each time ([SplitKey#point]).
    public Share pickFor(long point) {
        if (weighted.length == 0) {
            return NO_BACKEND;
        }
        int best = 0;
        double bestScore = -1;
        for (int i = 0; i < weighted.length; i++) {
            double drawn = ((StableHash.mix(point ^ seeds[i]) >>> 11) + 0.5) * 0x1p-53;
            double score = weighted[i].weight / -Math.log(drawn);
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        return weighted[best];
    }

    /// One reference.
    ///
    /// @param name namespace/name as the rule has it, whatever has become of it
    /// @param backend namespace/name, or null if it could not be resolved
    /// @param weight 0 to 1,000,000
    /// @param fault why the share answers 500, or null
    /// @param requestHeaders what its own filters make of requests, after the rule's
    /// @param responseHeaders what they make of answers
    public record Share(
            String name,
            @Nullable String backend,
            int weight,
            @Nullable String fault,
            HeaderEdits requestHeaders,
            HeaderEdits responseHeaders) {
        public Share {
            if (weight < 0 || weight > 1_000_000) {
                throw new IllegalArgumentException("weight " + weight + " is not in 0..1000000");
            }
            if ((backend == null) == (fault == null)) {
                throw new IllegalArgumentException("a share has either a backend or a fault");
            }
        }

        public static Share of(String backend, int weight) {
            return new Share(backend, backend, weight, null, HeaderEdits.NONE, HeaderEdits.NONE);
        }

        public static Share faulty(String fault, int weight) {
            return faulty("", fault, weight);
        }

        /// A share that answers 500.
        ///
        /// @param name what the rule calls it
        public static Share faulty(String name, String fault, int weight) {
            return new Share(name, null, weight, fault, HeaderEdits.NONE, HeaderEdits.NONE);
        }

        /// The same share with filters of its own.
        public Share with(HeaderEdits request, HeaderEdits response) {
            return new Share(name, backend, weight, fault, request, response);
        }
    }
}
