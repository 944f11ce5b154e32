package io.forebay.offload.intake;

import io.forebay.offload.storage.ScanTooLongException;

/// How much of a range ordered by time one scan looks at: all of it, unless a scan had to give up; then little, and
/// twice as much after each scan that did not. So the writer gets past any number of deleted keys in bounded steps.
/// Owned by `store-writer`.
final class ScanSpan {
    private static final long WHOLE_MS = Long.MAX_VALUE;
    private static final long CUT_MS = 1_000;

    private long spanMs = WHOLE_MS;

    /// Where the next scan that begins at `fromMs` ends, `endMs` at the latest; both inclusive.
    long end(long fromMs, long endMs) {
        return spanMs >= endMs - fromMs ? endMs : fromMs + spanMs;
    }

    void passed() {
        spanMs = spanMs > WHOLE_MS / 2 ? WHOLE_MS : spanMs * 2;
    }

    /// Whether there is anything shorter than this.
    boolean canGiveUp(long fromMs, long toMs) {
        return toMs - fromMs > 1;
    }

    /// The scan from `fromMs` to `toMs` gave up; the next one is shorter. Fails with what it gave up with if there is
    /// nothing shorter.
    void gaveUp(long fromMs, long toMs, ScanTooLongException why) {
        if (!canGiveUp(fromMs, toMs)) {
            throw why;
        }
        spanMs = Math.min(CUT_MS, (toMs - fromMs) / 2);
    }
}
