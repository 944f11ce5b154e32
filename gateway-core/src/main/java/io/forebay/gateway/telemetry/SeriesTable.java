package io.forebay.gateway.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Predicate;

/// Counts by name, for a bounded number of names: the first that come have places, the rest are counted together under
/// [#OTHER]. Who has a place keeps it until [#retain] takes it away, since a series that comes and goes tells nothing.
///
/// Loops count, each in numbers of its own and without locks; anybody may read.
final class SeriesTable {
    static final String OTHER = "other";
    /// Numbers of different loops do not share a cache line.
    private static final int PADDED = 16;

    private final int loops;
    private final int counts;
    private final int namesMax;
    private final ConcurrentHashMap<String, Series> named = new ConcurrentHashMap<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final Series other;

    /// The counts of one name.
    static final class Series {
        private final AtomicLongArray[] ofLoop;

        private Series(int loops, int counts) {
            ofLoop = new AtomicLongArray[loops];
            for (int i = 0; i < loops; i++) {
                ofLoop[i] = new AtomicLongArray(Math.max(PADDED, counts));
            }
        }

        /// Counts one. On the loop of that index.
        void add(int loop, int count) {
            AtomicLongArray mine = ofLoop[loop];
            mine.setOpaque(count, mine.getPlain(count) + 1);
        }

        long sum(int count) {
            long sum = 0;
            for (AtomicLongArray one : ofLoop) {
                sum += one.getOpaque(count);
            }
            return sum;
        }
    }

    /// @param loops how many loops count
    /// @param counts how many different things are counted of each name
    /// @param namesMax how many names have places
    SeriesTable(int loops, int counts, int namesMax) {
        this.loops = loops;
        this.counts = counts;
        this.namesMax = namesMax;
        this.other = new Series(loops, counts);
    }

    /// The counts of `name`, which gets a place if there is one.
    Series of(String name) {
        Series known = named.get(name);
        if (known != null || OTHER.equals(name)) {
            return known == null ? other : known;
        }
        int before = taken.get();
        while (before < namesMax) {
            if (taken.compareAndSet(before, before + 1)) {
                return take(name);
            }
            before = taken.get();
        }
        return other;
    }

    private Series take(String name) {
        Series fresh = new Series(loops, counts);
        Series earlier = named.putIfAbsent(name, fresh);
        if (earlier != null) {
            taken.decrementAndGet();
            return earlier;
        }
        return fresh;
    }

    /// Takes away the places of names that are none any more. By one thread at a time.
    void retain(Predicate<String> isName) {
        for (String name : named.keySet()) {
            if (!isName.test(name)) {
                named.remove(name);
                taken.decrementAndGet();
            }
        }
    }

    /// Who has a place.
    Set<String> names() {
        return Set.copyOf(named.keySet());
    }

    /// What was counted of a name since it got its place; of one without a place nothing.
    long sum(String name, int count) {
        Series series = OTHER.equals(name) ? other : named.get(name);
        return series == null ? 0 : series.sum(count);
    }
}
