package io.forebay.offload.machine;

import io.forebay.offload.QueueSettings;
import io.forebay.offload.QueueSettings.DispatchRate;
import org.jspecify.annotations.Nullable;

/// What the jobs of one limit key take of what it allows.
///
/// @param inside jobs that may be leased, are, or wait for the time that the key's rate gives them
/// @param waiting jobs that wait to be let in, in the order of their places
/// @param lastSeq nobody waits at this place or before
/// @param paidUntilUs when all that were let in so far would have begun at the key's rate, in microseconds
public record KeyUse(int inside, int waiting, long lastSeq, long paidUntilUs) {
    static final KeyUse NONE = new KeyUse(0, 0, 0, 0);

    /// Nobody can tell: whoever waits is found by looking, and those that run are not counted.
    public static final KeyUse UNKNOWN = new KeyUse(0, Integer.MAX_VALUE / 2, 0, 0);

    private static final long US_PER_MS = 1_000;

    /// Whether another may come in past those that wait. An empty key takes one whatever is said of it, so that
    /// somebody is there whose end lets the next one in.
    boolean admits(QueueSettings.@Nullable PerKey limit) {
        return inside == 0 || (waiting == 0 && hasRoom(limit));
    }

    boolean hasRoom(QueueSettings.@Nullable PerKey limit) {
        return limit == null || inside < limit.concurrency();
    }

    KeyUse entered(@Nullable DispatchRate rate, long nowMs) {
        long paidUs = rate == null ? 0 : rate.paidUntilUs(paidUntilUs, nowMs);
        return new KeyUse(inside + 1, waiting, lastSeq, paidUs);
    }

    /// @param refund by the rate of the key, for one that did not begin; null for one that did
    KeyUse left(@Nullable DispatchRate refund) {
        long paidUs = refund == null ? paidUntilUs : Math.max(0, paidUntilUs - refund.intervalUs());
        return new KeyUse(Math.max(0, inside - 1), waiting, lastSeq, paidUs);
    }

    KeyUse queued(long seq) {
        return new KeyUse(inside, waiting + 1, waiting == 0 ? seq - 1 : lastSeq, paidUntilUs);
    }

    /// The first of those that wait is passed.
    KeyUse passed(long seq) {
        return new KeyUse(inside, Math.max(0, waiting - 1), seq, paidUntilUs);
    }

    /// One of those that wait has gone.
    KeyUse gaveUp() {
        return new KeyUse(inside, Math.max(0, waiting - 1), lastSeq, paidUntilUs);
    }

    KeyUse withoutWaiting() {
        return new KeyUse(inside, 0, lastSeq, paidUntilUs);
    }

    /// Nothing is to be remembered.
    boolean isNone(long nowMs) {
        return inside == 0 && waiting == 0 && paidUntilUs <= nowMs * US_PER_MS;
    }
}
