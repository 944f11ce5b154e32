package io.forebay.main.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One rendered object, or a part of one.
record Manifest(Object value) {
    String kind() {
        return text("kind");
    }

    String name() {
        return text("metadata", "name");
    }

    /// What is there; an empty list or map where nothing is.
    Manifest at(Object... path) {
        Object found = find(path);
        return new Manifest(found == null ? Map.of() : found);
    }

    boolean has(Object... path) {
        return find(path) != null;
    }

    private @Nullable Object find(Object... path) {
        Object at = value;
        for (Object step : path) {
            at = switch (at) {
                case Map<?, ?> map -> map.get(step);
                case List<?> list when step instanceof Integer index -> list.get(index);
                case null, default -> null;
            };
        }
        return at;
    }

    String text(Object... path) {
        return String.valueOf(at(path).value);
    }

    long number(Object... path) {
        return ((Number) at(path).value).longValue();
    }

    List<Manifest> list(Object... path) {
        List<Manifest> all = new ArrayList<>();
        if (at(path).value instanceof List<?> list) {
            list.forEach(element -> all.add(new Manifest(element)));
        }
        return all;
    }

    Map<?, ?> map(Object... path) {
        return (Map<?, ?>) at(path).value;
    }
}
