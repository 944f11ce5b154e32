package io.forebay.mesh.balance;

/// Smooth weighted round robin: each turn every ready endpoint earns its share, the richest is chosen and pays what
/// all earned. Weights 5, 1, 1 give a a b a c a a, not a burst of a. An endpoint that is not ready neither earns
/// nor pays.
final class RoundRobin {
    private RoundRobin() {}

    static LoopEndpoint choose(LoopEndpoint[] endpoints, long ready) {
        LoopEndpoint richest = endpoints[Long.numberOfTrailingZeros(ready)];
        long earned = 0;
        for (long rest = ready; rest != 0; rest &= rest - 1) {
            LoopEndpoint candidate = endpoints[Long.numberOfTrailingZeros(rest)];
            candidate.credit += candidate.share;
            earned += candidate.share;
            if (candidate.credit > richest.credit) {
                richest = candidate;
            }
        }
        richest.credit -= earned;
        return richest;
    }
}
