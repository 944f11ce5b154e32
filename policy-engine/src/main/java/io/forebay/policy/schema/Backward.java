package io.forebay.policy.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Whether a later schema takes every value that an earlier one takes: `BACKWARD` as the registries of Confluent and
/// others call it, so that what was written by the earlier can be read by the later. Sound and not complete: null is a
/// proof; an [Incompatibility] says that none was found.
///
/// A schema is the conjunction of what stands in it, of what its `$ref` leads to and of its `allOf`. It is shown for
/// each keyword of the later one's parts that some part of the earlier implies it. Two schemas that are being compared
/// are taken for compatible when they meet again: that is the induction over the depth of the value, since
/// references that apply to the same value in a circle are refused beforehand.
public final class Backward {
    private static final int STEPS_MAX = 100_000;
    private static final Incompatibility TOO_LONG =
            new Incompatibility("#", "#", "the schemas take too long to compare", "compatibility: None");

    private final JsonNode earlierRoot;
    private final JsonNode laterRoot;
    /// Pairs that are shown or being shown, and their order: with a pair that fails goes what was shown by its help.
    private final Map<Pair, Integer> assumed = new HashMap<>();
    private final List<Pair> trail = new ArrayList<>();
    private int steps;

    private record Pair(String earlier, String later) {}

    private Backward(JsonNode earlierRoot, JsonNode laterRoot) {
        this.earlierRoot = earlierRoot;
        this.laterRoot = laterRoot;
    }

    /// Why the later version may refuse what the earlier takes, or null.
    public static @Nullable Incompatibility between(SchemaFile earlier, SchemaFile later) {
        Backward backward = new Backward(earlier.root(), later.root());
        Incompatibility found;
        try {
            found = backward.check(new Place(earlier.root(), Pointer.ROOT), new Place(later.root(), Pointer.ROOT));
        } catch (StackOverflowError e) {
            return TOO_LONG;
        }
        return backward.steps > STEPS_MAX ? TOO_LONG : found;
    }

    @Nullable
    Incompatibility check(Place earlier, Place later) {
        Pair pair = new Pair(earlier.pointer(), later.pointer());
        if (later.isTrue() || earlier.isFalse() || assumed.containsKey(pair) || steps > STEPS_MAX) {
            return null;
        }
        steps++;
        int mark = trail.size();
        assumed.put(pair, mark);
        trail.add(pair);
        Incompatibility found = isSame(earlier, later) ? null : parts(earlier, later);
        if (found != null) {
            while (trail.size() > mark) {
                assumed.remove(trail.removeLast());
            }
        }
        return found;
    }

    /// Some of what holds for the value in the earlier version implies `later`. Tells of the first if none does.
    @Nullable
    Incompatibility checkAny(List<Place> earlier, Place later) {
        Incompatibility first = null;
        for (Place place : earlier) {
            Incompatibility found = check(place, later);
            if (found == null) {
                return null;
            }
            first = first == null ? found : first;
        }
        return first;
    }

    private @Nullable Incompatibility parts(Place earlier, Place later) {
        List<Place> before = parts(earlier, earlierRoot);
        for (Place now : parts(later, laterRoot)) {
            Incompatibility found = part(before, now);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /// What a schema is the conjunction of; its own keywords first, if there are any but references.
    private List<Place> parts(Place schema, JsonNode root) {
        List<Place> parts = new ArrayList<>();
        parts(schema, root, parts);
        if (parts.isEmpty()) {
            parts.add(schema);
        }
        return parts;
    }

    private void parts(Place schema, JsonNode root, List<Place> parts) {
        steps++;
        boolean hasOwn = schema.schema().isBoolean()
                || schema.schema().propertyNames().stream().anyMatch(Backward::isOwn);
        if (hasOwn) {
            parts.add(schema);
        }
        Place referred = referred(schema, root);
        if (referred != null && steps <= STEPS_MAX) {
            parts(referred, root, parts);
        }
        for (int i = 0; i < schema.count("allOf") && steps <= STEPS_MAX; i++) {
            parts(schema.at("allOf", i), root, parts);
        }
    }

    private static boolean isOwn(String keyword) {
        return Keywords.isAssertion(keyword) && !keyword.equals("$ref") && !keyword.equals("allOf");
    }

    private static @Nullable Place referred(Place schema, JsonNode root) {
        JsonNode reference = schema.get("$ref");
        if (reference == null) {
            return null;
        }
        String pointer = reference.stringValue().substring(1);
        return new Place(root.at(pointer), pointer);
    }

    /// Each keyword of a part, by any of the parts before.
    private @Nullable Incompatibility part(List<Place> before, Place later) {
        if (later.isTrue() || before.stream().anyMatch(Place::isFalse)) {
            return null;
        }
        if (later.isFalse()) {
            return new Incompatibility(
                    Pointer.fragment(later.pointer()),
                    Pointer.fragment(before.getFirst().pointer()),
                    "nothing is taken here",
                    "what was taken before");
        }
        for (String keyword : later.schema().propertyNames()) {
            Incompatibility found = isOwn(keyword) ? keyword(before, later, keyword) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Incompatibility keyword(List<Place> before, Place later, String keyword) {
        Incompatibility first = null;
        for (Place earlier : before) {
            Incompatibility found = keyword(earlier, later, keyword);
            if (found == null) {
                return null;
            }
            // That of a part which has the keyword says more.
            first = first == null || earlier.has(keyword) ? found : first;
        }
        return first;
    }

    private @Nullable Incompatibility keyword(Place earlier, Place later, String keyword) {
        return switch (keyword) {
            case "properties", "patternProperties", "additionalProperties" ->
                ValueRules.takes(earlier, "object") ? MemberRules.check(earlier, later, this) : null;
            case "items", "prefixItems" ->
                ValueRules.takes(earlier, "array") ? ItemRules.check(earlier, later, this) : null;
            case "propertyNames" ->
                ValueRules.takes(earlier, "object") ? check(earlier.under(keyword), later.under(keyword)) : null;
            case "anyOf" -> alternatives(earlier, later);
            case "contains", "minContains", "maxContains" ->
                unchanged(earlier, later, keyword, "contains", "minContains", "maxContains");
            case "if", "then", "else" -> unchanged(earlier, later, keyword, "if", "then", "else");
            case "oneOf", "not", "dependentSchemas" -> unchanged(earlier, later, keyword, keyword);
            // What they mean depends on all that stands beside them.
            case "unevaluatedItems", "unevaluatedProperties" ->
                isSame(earlier, later) ? null : changed(earlier, later, keyword);
            default -> ValueRules.check(earlier, later, keyword);
        };
    }

    /// Each alternative before implies one now, or all together imply one.
    private @Nullable Incompatibility alternatives(Place earlier, Place later) {
        int now = later.count("anyOf");
        for (String before : List.of("anyOf", "oneOf")) {
            boolean isShown = earlier.has(before);
            for (int i = 0; i < earlier.count(before) && isShown; i++) {
                Place one = earlier.at(before, i);
                isShown = isOneOf(now, k -> check(one, later.at("anyOf", k)));
            }
            if (isShown) {
                return null;
            }
        }
        return isOneOf(now, k -> check(earlier, later.at("anyOf", k))) ? null : changed(earlier, later, "anyOf");
    }

    private interface Attempt {
        @Nullable
        Incompatibility at(int index);
    }

    private static boolean isOneOf(int count, Attempt attempt) {
        for (int i = 0; i < count; i++) {
            if (attempt.at(i) == null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Incompatibility unchanged(Place earlier, Place later, String keyword, String... together) {
        for (String one : together) {
            JsonNode before = earlier.get(one);
            JsonNode now = later.get(one);
            boolean isAlike =
                    before == null ? now == null : now != null && JsonOrder.INSTANCE.compare(before, now) == 0;
            if (!isAlike
                    || (now != null
                            && !haveSameReferences(
                                    JsonNodeFactory.instance.objectNode().set(one, now)))) {
                return changed(earlier, later, keyword);
            }
        }
        return null;
    }

    private boolean isSame(Place earlier, Place later) {
        return JsonOrder.INSTANCE.compare(earlier.schema(), later.schema()) == 0 && haveSameReferences(later.schema());
    }

    /// Whether what a schema refers to, and what that refers to, is the same in both versions.
    private boolean haveSameReferences(JsonNode schema) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        references(schema, open);
        while (!open.isEmpty()) {
            String pointer = open.remove();
            if (seen.add(pointer)) {
                JsonNode now = laterRoot.at(pointer);
                if (JsonOrder.INSTANCE.compare(earlierRoot.at(pointer), now) != 0) {
                    return false;
                }
                references(now, open);
            }
        }
        return true;
    }

    private static void references(JsonNode schema, Deque<String> into) {
        JsonNode reference = schema.get("$ref");
        if (reference != null && reference.isString()) {
            into.add(reference.stringValue().substring(1));
        }
        Keywords.forEachSchemaIn(schema, Pointer.ROOT, (inner, at, isInPlace) -> references(inner, into));
    }

    private static Incompatibility changed(Place earlier, Place later, String keyword) {
        return Incompatibility.of(
                earlier,
                later,
                keyword,
                "that " + keyword + " takes all that was taken before cannot be shown",
                "no change of it");
    }
}
