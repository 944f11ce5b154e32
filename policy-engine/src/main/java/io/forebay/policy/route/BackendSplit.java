package io.forebay.policy.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The weighted backends of a rule. A faulty reference keeps its weight and answers 500 for its share; weight 0 gets
/// nothing. Immutable, any thread; picking creates nothing.
public final class BackendSplit {

    /// Chosen when no backend has any weight.
    public static final Share NO_BACKEND = new Share(null, 1, "NoBackend");

    private final List<Share> shares;
    private final Share[] weighted;
    private final long[] upTo;

    private BackendSplit(List<Share> shares) {
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
        return new BackendSplit(shares);
    }

    public List<Share> shares() {
        return shares;
    }

    /// The share for a random number: any `long`, uniform.
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
