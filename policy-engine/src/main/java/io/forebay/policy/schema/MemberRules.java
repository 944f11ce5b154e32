package io.forebay.policy.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Members of objects. What a name may hold is said by its entry in `properties`, by each pattern that matches it, and
/// by `additionalProperties` if neither is there; so a name that the earlier schema left open may have held anything,
/// and the later one has to take anything there.
final class MemberRules {
    private static final String PROPERTIES = "properties";
    private static final String PATTERNS = "patternProperties";
    private static final String OTHERS = "additionalProperties";

    private final Place earlier;
    private final Place later;
    private final Backward backward;
    private final Set<String> patternsBefore;
    private final Set<String> patternsNow;

    private MemberRules(Place earlier, Place later, Backward backward) {
        this.earlier = earlier;
        this.later = later;
        this.backward = backward;
        this.patternsBefore = names(earlier, PATTERNS);
        this.patternsNow = names(later, PATTERNS);
    }

    /// By `properties`, `patternProperties` and `additionalProperties` of the later schema.
    static @Nullable Incompatibility check(Place earlier, Place later, Backward backward) {
        MemberRules rules = new MemberRules(earlier, later, backward);
        Incompatibility found = rules.named();
        found = found == null ? rules.matched() : found;
        return found == null ? rules.others() : found;
    }

    private static Set<String> names(Place schema, String keyword) {
        Set<String> names = new TreeSet<>();
        JsonNode map = schema.get(keyword);
        if (map != null) {
            names.addAll(map.propertyNames());
        }
        return names;
    }

    /// Names that either version knows.
    private @Nullable Incompatibility named() {
        Set<String> names = names(earlier, PROPERTIES);
        names.addAll(names(later, PROPERTIES));
        for (String name : names) {
            List<Place> before = of(earlier, name, patternsBefore);
            for (Place now : of(later, name, patternsNow)) {
                Incompatibility found = backward.checkAny(before, now);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /// What is said of the values under a name; all of it holds.
    private static List<Place> of(Place schema, String name, Set<String> patterns) {
        List<Place> places = new ArrayList<>();
        Place named = schema.under(PROPERTIES, name);
        if (named != null) {
            places.add(named);
        }
        for (String pattern : patterns) {
            Place matched = schema.under(PATTERNS, pattern);
            if (matched != null && LinearPattern.of(pattern).matches(name)) {
                places.add(matched);
            }
        }
        if (places.isEmpty()) {
            places.add(schema.under(OTHERS));
        }
        return places;
    }

    /// Other names, by the later version's patterns. A name that a new pattern matches may have matched any pattern
    /// before, or none.
    private @Nullable Incompatibility matched() {
        for (String pattern : patternsNow) {
            Place now = placed(later, pattern);
            Incompatibility found = patternsBefore.contains(pattern)
                    ? backward.check(placed(earlier, pattern), now)
                    : all(patternsBefore, now);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// Other names that no pattern of the later version matches.
    private @Nullable Incompatibility others() {
        Set<String> gone = new TreeSet<>(patternsBefore);
        gone.removeAll(patternsNow);
        return all(gone, later.under(OTHERS));
    }

    private @Nullable Incompatibility all(Set<String> patterns, Place now) {
        for (String pattern : patterns) {
            Incompatibility found = backward.check(placed(earlier, pattern), now);
            if (found != null) {
                return found;
            }
        }
        return backward.check(earlier.under(OTHERS), now);
    }

    private static Place placed(Place schema, String pattern) {
        Place place = schema.under(PATTERNS, pattern);
        if (place == null) {
            throw new IllegalStateException("no pattern " + pattern);
        }
        return place;
    }
}
