package io.forebay.offload.machine;

import io.forebay.offload.JobId;

/// Turns known bits into unguessable-looking ones, the same ones every time: jitter, derived tokens and ids must
/// come out alike wherever a command is decided. The finalizer is the public-domain one of SplitMix64 (Steele, Lea,
/// Flood 2014).
final class Mixing {
    private Mixing() {}

    static long mix(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /// 0 to `capMs`, evenly, by job and attempt.
    static long jitterMs(JobId id, int attempt, long capMs) {
        return Long.remainderUnsigned(mix(id.low() ^ mix(id.high() + attempt)), capMs + 1);
    }

    /// The id of the job that tells of this one's end.
    static JobId notice(JobId id, long nowMs) {
        return JobId.of(nowMs, id.shard(), mix(mix(id.low() ^ mix(id.high()))));
    }

    static JobId successor(JobId id, long nowMs) {
        return JobId.of(nowMs, id.shard(), mix(id.low() ^ mix(id.high())));
    }
}
