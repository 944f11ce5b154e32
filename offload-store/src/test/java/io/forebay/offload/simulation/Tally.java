package io.forebay.offload.simulation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How often each thing happened.
final class Tally {
    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

    void count(Happening happening) {
        counts.merge(happening, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((happening, count) -> counts.merge(happening, count, Long::sum));
    }

    List<Happening> neverSeen() {
        return Stream.of(Happening.values())
                .filter(happening -> !counts.containsKey(happening))
                .toList();
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> "  %-28s %,d"
                        .formatted(
                                entry.getKey()
                                        .name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', ' '),
                                entry.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
