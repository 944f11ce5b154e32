package io.forebay.policy.schema;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

/// A schema within a file. One that is absent stands there as `true`, which takes everything.
record Place(JsonNode schema, String pointer) {

    /// The value of a keyword, or null.
    @Nullable
    JsonNode get(String keyword) {
        return schema.get(keyword);
    }

    boolean has(String keyword) {
        return schema.get(keyword) != null;
    }

    /// The schema under a keyword, `true` where the keyword is absent. What is under `true` is `true` again, and the
    /// same place, or there would be no end of places.
    Place under(String keyword) {
        if (schema.isBoolean()) {
            return this;
        }
        JsonNode inner = get(keyword);
        return new Place(inner == null ? BooleanNode.TRUE : inner, Pointer.child(pointer, keyword));
    }

    /// The schema under a name or pattern in the map of a keyword, or null.
    @Nullable
    Place under(String keyword, String name) {
        JsonNode map = get(keyword);
        JsonNode inner = map == null ? null : map.get(name);
        return inner == null ? null : new Place(inner, Pointer.child(Pointer.child(pointer, keyword), name));
    }

    /// One of the schemas in the list of a keyword.
    Place at(String keyword, int index) {
        return new Place(schema.get(keyword).get(index), Pointer.child(Pointer.child(pointer, keyword), index));
    }

    /// How many schemas there are under a keyword.
    int count(String keyword) {
        JsonNode list = get(keyword);
        return list == null ? 0 : list.size();
    }

    boolean isFalse() {
        return schema.isBoolean() && !schema.booleanValue();
    }

    /// Whether it takes everything, as far as one can see at once.
    boolean isTrue() {
        return schema.isBoolean()
                ? schema.booleanValue()
                : schema.propertyNames().stream().noneMatch(Keywords::isAssertion);
    }
}
