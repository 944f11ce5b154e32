package io.forebay.admin.resource;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Pages over a list that is held in memory whole: by key, so that a page stays right while things come and go.
final class Pages {
    private Pages() {}

    /// Some of the things.
    ///
    /// @param next the key to begin the following page after, null at the end
    record Page<T>(List<T> things, @Nullable String next) {}

    static <T> Page<T> of(List<T> all, Function<T, String> key, Optional<String> after, int limit) {
        List<T> rest = all.stream()
                .filter(thing -> after.isEmpty() || key.apply(thing).compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(key))
                .limit(limit + 1L)
                .toList();
        return rest.size() <= limit
                ? new Page<>(rest, null)
                : new Page<>(rest.subList(0, limit), key.apply(rest.get(limit - 1)));
    }
}
