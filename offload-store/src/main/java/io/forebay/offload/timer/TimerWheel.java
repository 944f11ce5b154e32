package io.forebay.offload.timer;

/// How far the durable timers have fired and when the next one may. Timers themselves are keys on disk; this holds
/// the cursor that keeps a scan away from the deleted ones, and a lower bound of the next time to look.
///
/// A timer is always set after the cursor ([#admit]), so nothing appears behind it and is missed. Owned by
/// `store-writer`.
public final class TimerWheel {
    /// Timers fired in one batch at most; the rest follows in the next.
    public static final int FIRED_MAX = 1_024;

    private TimerKey cursor;
    private long nextDueMs;

    public TimerWheel(TimerKey cursor) {
        this.cursor = cursor;
        this.nextDueMs = cursor.fireAtMs();
    }

    /// Everything up to and with this key has fired.
    public TimerKey cursor() {
        return cursor;
    }

    /// When a timer meant for `atMs` will stand on disk.
    public long admit(long atMs) {
        return Math.max(atMs, cursor.fireAtMs() + 1);
    }

    /// A timer was set.
    public void armed(long fireAtMs) {
        nextDueMs = Math.min(nextDueMs, fireAtMs);
    }

    /// Everything up to `reached` fires now, and nothing that is already set fires before `nextMs`.
    public void passed(TimerKey reached, long nextMs) {
        cursor = reached;
        nextDueMs = nextMs;
    }

    /// No timer is due before this; it may turn out later.
    public long nextDueMs() {
        return nextDueMs;
    }
}
