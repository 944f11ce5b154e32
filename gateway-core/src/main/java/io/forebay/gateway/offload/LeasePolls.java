package io.forebay.gateway.offload;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Workers that wait for a job of their queue, in the order they came. They hold no thread. One signal wakes one
/// worker; it wakes the next once it was given something, so that a job that becomes ready is not asked for by
/// everybody. Any thread.
final class LeasePolls {
    private final int waitingMax;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentHashMap<String, ArrayDeque<Runnable>> byQueue = new ConcurrentHashMap<>();
    private volatile boolean isDraining;

    LeasePolls(int waitingMax) {
        this.waitingMax = waitingMax;
    }

    /// Waits for the next signal of the queue.
    ///
    /// @param wake posts to the worker's loop and returns at once
    /// @return false when too many wait already, or nobody is to wait any more
    boolean add(String queue, Runnable wake) {
        if (waiting.incrementAndGet() > waitingMax || isDraining) {
            waiting.decrementAndGet();
            return false;
        }
        byQueue.compute(queue, (id, known) -> {
            ArrayDeque<Runnable> line = known == null ? new ArrayDeque<>() : known;
            line.add(wake);
            return line;
        });
        if (isDraining) {
            // The others may have been woken before this one was there.
            drain(queue);
        }
        return true;
    }

    /// The worker does not wait any more.
    ///
    /// @return false if it was woken meanwhile: the signal is its own to pass on
    boolean remove(String queue, Runnable wake) {
        boolean[] isRemoved = {false};
        byQueue.computeIfPresent(queue, (id, line) -> {
            isRemoved[0] = line.remove(wake);
            return line.isEmpty() ? null : line;
        });
        if (isRemoved[0]) {
            waiting.decrementAndGet();
        }
        return isRemoved[0];
    }

    /// A lease of the queue may find a job: wakes whoever has waited longest.
    void ready(String queue) {
        Runnable next = next(queue);
        if (next != null) {
            next.run();
        }
    }

    private @Nullable Runnable next(String queue) {
        if (byQueue.isEmpty()) {
            return null;
        }
        Runnable[] next = {null};
        byQueue.computeIfPresent(queue, (id, line) -> {
            next[0] = line.poll();
            return line.isEmpty() ? null : line;
        });
        if (next[0] != null) {
            waiting.decrementAndGet();
        }
        return next[0];
    }

    /// Wakes everybody and lets nobody wait any more.
    void drain() {
        isDraining = true;
        byQueue.keySet().forEach(this::drain);
    }

    private void drain(String queue) {
        for (Runnable next = next(queue); next != null; next = next(queue)) {
            next.run();
        }
    }

    /// How many wait.
    int count() {
        return waiting.get();
    }
}
