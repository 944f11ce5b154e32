package io.forebay.mesh.balance;

/// The power of two choices, by what a call has to expect: of two endpoints drawn by weight, the one with the
/// lesser product of its recent answer time and the calls that would then be in flight there, relative to its
/// weight.
///
/// An endpoint that has not answered yet is expected to be fast, until a call is in flight there; then it is let
/// alone until it has answered.
final class PeakEwma {
    /// What a call to an endpoint costs that has been asked and has not answered, in nanoseconds: more than any
    /// known answer time, so that such calls are few, and still fewer where there are some.
    private static final double UNKNOWN_NS = 1e12;

    private PeakEwma() {}

    /// One of the ready endpoints.
    ///
    /// @param ready at least two bits
    static LoopEndpoint choose(LoopEndpoint[] endpoints, long ready, long random, long nowNs) {
        LoopEndpoint first = LeastRequest.draw(endpoints, ready, random & 0xffff_ffffL);
        LoopEndpoint second = LeastRequest.draw(endpoints, ready & ~first.bit(), random >>> 32);
        return costNs(first, nowNs) * second.share > costNs(second, nowNs) * first.share ? second : first;
    }

    private static double costNs(LoopEndpoint endpoint, long nowNs) {
        AnswerTime known = endpoint.answerTime;
        double answerNs = known == null ? 0 : known.at(nowNs);
        int inFlight = endpoint.inFlight.count;
        return answerNs == 0 && inFlight > 0 ? UNKNOWN_NS * inFlight : answerNs * (inFlight + 1);
    }
}
