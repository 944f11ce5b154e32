package io.forebay.mesh.balance;

/// The power of two choices (Mitzenmacher 2001): draw two different endpoints with probability by weight, take the one
/// with fewer calls in flight relative to its weight, the first drawn if equal. Close to the best placement without
/// sending every loop to the same momentarily idle endpoint.
final class LeastRequest {
    private LeastRequest() {}

    /// One of the ready endpoints.
    ///
    /// @param ready at least two bits
    static LoopEndpoint choose(LoopEndpoint[] endpoints, long ready, long random) {
        LoopEndpoint first = draw(endpoints, ready, random & 0xffff_ffffL);
        LoopEndpoint second = draw(endpoints, ready & ~first.bit(), random >>> 32);
        return isBusier(first, second) ? second : first;
    }

    /// One endpoint, each as likely as its share.
    ///
    /// @param random32 scaled to the sum of the shares by multiplication, which at 32 bits is fair to one in 1,000
    static LoopEndpoint draw(LoopEndpoint[] endpoints, long ready, long random32) {
        long point = (random32 * shareOf(endpoints, ready)) >>> 32;
        long rest = ready;
        LoopEndpoint candidate = endpoints[Long.numberOfTrailingZeros(rest)];
        while (point >= candidate.share) {
            point -= candidate.share;
            rest &= rest - 1;
            candidate = endpoints[Long.numberOfTrailingZeros(rest)];
        }
        return candidate;
    }

    private static long shareOf(LoopEndpoint[] endpoints, long ready) {
        long sum = 0;
        for (long rest = ready; rest != 0; rest &= rest - 1) {
            sum += endpoints[Long.numberOfTrailingZeros(rest)].share;
        }
        return sum;
    }

    private static boolean isBusier(LoopEndpoint one, LoopEndpoint other) {
        return one.inFlight.count * other.share > other.inFlight.count * one.share;
    }
}
