package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.JobId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who stands in which line, of ordering keys and of limit keys, and what is taken of the latter: the last commit with
/// what the open batch changed laid over it. Part of the index; owned by `store-writer`.
final class LineBook {
    private static final int PLACES_PER_READ = 32;

    private final Durable durable;
    private final Map<LineKey, Optional<Line>> changedLines = new HashMap<>();
    private final Map<LineKey, Optional<KeyUse>> changedUses = new HashMap<>();
    private final Map<LineKey, NavigableMap<Long, Optional<JobId>>> changedPlaces = new HashMap<>();

    LineBook(Durable durable) {
        this.durable = durable;
    }

    @Nullable
    Line line(LineKey key) {
        Optional<Line> changed = changedLines.get(key);
        return changed != null ? changed.orElse(null) : durable.line(key);
    }

    @Nullable
    KeyUse use(LineKey key) {
        Optional<KeyUse> changed = changedUses.get(key);
        return changed != null ? changed.orElse(null) : durable.keyUse(key);
    }

    void keyUsed(LineKey key, @Nullable KeyUse use) {
        changedUses.put(key, Optional.ofNullable(use));
    }

    /// The first job waiting after `afterSeq`.
    Durable.@Nullable Place nextInLine(LineKey key, long afterSeq) {
        NavigableMap<Long, Optional<JobId>> changed = changedPlaces.getOrDefault(key, new TreeMap<>());
        Durable.Place stored = firstUnchanged(key, afterSeq, changed);
        for (Map.Entry<Long, Optional<JobId>> came :
                changed.tailMap(afterSeq, false).entrySet()) {
            if (came.getValue().isPresent() && (stored == null || came.getKey() < stored.seq())) {
                return new Durable.Place(came.getKey(), came.getValue().get());
            }
        }
        return stored;
    }

    private Durable.@Nullable Place firstUnchanged(
            LineKey key, long afterSeq, NavigableMap<Long, Optional<JobId>> changed) {
        long from = afterSeq;
        while (true) {
            List<Durable.Place> places = durable.inLine(key, from, PLACES_PER_READ);
            for (Durable.Place place : places) {
                if (!changed.containsKey(place.seq())) {
                    return place;
                }
                from = place.seq();
            }
            if (places.size() < PLACES_PER_READ) {
                return null;
            }
        }
    }

    void lineMoved(LineKey key, @Nullable Line line) {
        changedLines.put(key, Optional.ofNullable(line));
    }

    void jobMoved(@Nullable StoredJob before, @Nullable StoredJob after) {
        boolean was = before != null && before.isInLine();
        boolean is = after != null && after.isInLine();
        if (was != is) {
            StoredJob job = requireNonNull(is ? after : before, "job");
            long seq = requireNonNull(job.origin().ordering(), "ordering").seq();
            placeMoved(requireNonNull(job.origin().line(), "line"), seq, is ? job.id() : null);
        }
        boolean awaited = before != null && before.awaitsSlot();
        boolean awaits = after != null && after.awaitsSlot();
        if (awaited != awaits) {
            StoredJob job = requireNonNull(awaits ? after : before, "job");
            LineKey limit = requireNonNull(job.origin().limit(), "limit");
            placeMoved(limit, job.progress().slot(), awaits ? job.id() : null);
        }
    }

    private void placeMoved(LineKey key, long seq, @Nullable JobId job) {
        changedPlaces.computeIfAbsent(key, _ -> new TreeMap<>()).put(seq, Optional.ofNullable(job));
    }

    void committed() {
        changedLines.clear();
        changedUses.clear();
        changedPlaces.clear();
    }
}
