package io.forebay.gateway.http;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything on one loop that has a time limit, looked at every [#SWEEP_MS] ms.
///
/// One sweep over an array costs less than a scheduled task for each request, and a limit of seconds that ends a
/// tenth of a second late harms nobody. Used on its loop only.
public final class Deadlines {
    static final long SWEEP_MS = 100;
    private static final Logger LOG = System.getLogger(Deadlines.class.getName());

    /// Something that may be overdue.
    public interface Timed {
        /// Called on the loop at each sweep; may end and [Deadlines#remove] itself or others.
        void onSweep(long nowNs);

        /// The place in the array, kept for the removal.
        int deadlineSlot();

        /// Remembers the place.
        void deadlineSlot(int slot);
    }

    /// The slot of something that is not in the list.
    public static final int NONE = -1;

    private @Nullable Timed[] timed = new Timed[64];
    private int count;

    /// Begins to sweep on `eventLoop`.
    public void start(EventLoop eventLoop) {
        eventLoop.scheduleAtFixedRate(() -> sweep(System.nanoTime()), SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    /// Adds `item`, which must not be in the list.
    public void add(Timed item) {
        assert item.deadlineSlot() == NONE;
        if (count == timed.length) {
            timed = Arrays.copyOf(timed, count * 2);
        }
        item.deadlineSlot(count);
        timed[count++] = item;
    }

    /// Removes `item`; nothing happens when it is not in the list.
    public void remove(Timed item) {
        int slot = item.deadlineSlot();
        if (slot == NONE) {
            return;
        }
        item.deadlineSlot(NONE);
        Timed last = timed[--count];
        timed[count] = null;
        if (last != null && slot < count) {
            timed[slot] = last;
            last.deadlineSlot(slot);
        }
    }

    /// Looks at each item once. Backwards, since removing one moves the last into its place.
    void sweep(long nowNs) {
        for (int i = count - 1; i >= 0; i--) {
            if (i < count) {
                Timed item = timed[i];
                if (item != null) {
                    sweep(item, nowNs);
                }
            }
        }
    }

    /// One item that fails must not take the time limits of all others with it: a periodic task that throws once never
    /// runs again.
    private static void sweep(Timed item, long nowNs) {
        try {
            item.onSweep(nowNs);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a time limit could not be looked at", e);
        }
    }

    /// Shows each item once; nothing may be added or removed meanwhile.
    void each(Consumer<Timed> seen) {
        for (int i = 0; i < count; i++) {
            Timed item = timed[i];
            if (item != null) {
                seen.accept(item);
            }
        }
    }

    /// How many items are in the list.
    public int size() {
        return count;
    }
}
