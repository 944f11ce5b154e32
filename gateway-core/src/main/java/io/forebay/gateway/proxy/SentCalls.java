package io.forebay.gateway.proxy;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls with one term, in the order in which they were sent, which is that in which they become due. Those that were
/// answered stay until they are the oldest, or until there is no room.
///
/// Nearly all calls are answered before: one costs two stores into an array, and no task. There is one task at most,
/// set for the oldest call. The term may change: what is under way is then due by the new one, at the earliest when
/// the task that is set runs. Owned by one loop.
final class SentCalls implements Runnable {
    private static final int INITIAL_ROOM = 64;
    private static final Logger LOG = System.getLogger(SentCalls.class.getName());

    private final EventLoop eventLoop;
    private long afterNs;
    private @Nullable Timed[] calls = new Timed[INITIAL_ROOM];
    private long[] sentNs = new long[INITIAL_ROOM];
    private int first;
    private int count;
    private boolean isArmed;

    SentCalls(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /// The term of the call that was sent last, which is everybody's.
    long afterNs() {
        return afterNs;
    }

    /// How many are kept in mind.
    int size() {
        return count;
    }

    /// A call that may become due. Objects are used for one call after another: which one is meant, the time says at
    /// which its request was sent.
    interface Timed {
        /// Whether it is still the call that was sent then, without an answer.
        boolean awaitsAnswer(long sentNs);

        /// It is due now.
        void onSweep(long nowNs);
    }

    boolean isIdle() {
        return count == 0 && !isArmed;
    }

    /// The whole request has been sent.
    ///
    /// @param termNs when its answer should have begun, from then on
    void sent(Timed call, long atNs, long termNs) {
        afterNs = termNs;
        if (count == calls.length) {
            makeRoom();
        }
        int at = (first + count++) & (calls.length - 1);
        calls[at] = call;
        sentNs[at] = atNs;
        if (!isArmed) {
            arm();
        }
    }

    private void arm() {
        isArmed = true;
        long dueNs = sentNs[first] + afterNs - System.nanoTime();
        eventLoop.schedule(this, Math.max(0, dueNs), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        isArmed = false;
        long nowNs = System.nanoTime();
        while (count > 0) {
            Timed call = calls[first];
            long atNs = sentNs[first];
            boolean isAwaited = call != null && call.awaitsAnswer(atNs);
            if (isAwaited && nowNs - atNs < afterNs) {
                break;
            }
            calls[first] = null;
            first = (first + 1) & (calls.length - 1);
            count--;
            if (call != null && isAwaited) {
                tell(call, nowNs);
            }
        }
        if (count > 0 && !isArmed) {
            arm();
        }
    }

    /// Drops all that were answered; if that is not half of them, there is twice the room.
    private void makeRoom() {
        int room = calls.length;
        @Nullable Timed[] keptCalls = new Timed[room];
        long[] keptNs = new long[room];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int at = (first + i) & (room - 1);
            Timed call = calls[at];
            if (call != null && call.awaitsAnswer(sentNs[at])) {
                keptCalls[kept] = call;
                keptNs[kept++] = sentNs[at];
            }
        }
        boolean isTight = kept > room / 2;
        calls = isTight ? Arrays.copyOf(keptCalls, room * 2) : keptCalls;
        sentNs = isTight ? Arrays.copyOf(keptNs, room * 2) : keptNs;
        first = 0;
        count = kept;
    }

    /// One that fails must not keep the others from being told.
    private static void tell(Timed call, long nowNs) {
        try {
            call.onSweep(nowNs);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a call could not be looked at", e);
        }
    }
}
