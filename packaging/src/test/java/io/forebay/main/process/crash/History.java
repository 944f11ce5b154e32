package io.forebay.main.process.crash;

import java.util.ArrayList;
import java.util.List;

/// What happened, in one order that agrees with that of time: nothing is ever taken back. Any thread.
final class History {
    private static final double NS_PER_MS = 1e6;

    private final long beganNs = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();

    synchronized void add(Event event) {
        double atMs = (System.nanoTime() - beganNs) / NS_PER_MS;
        entries.add(new Entry(entries.size(), atMs, System.currentTimeMillis(), event));
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
