package io.forebay.policy.schema;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// A total order of JSON values in which two are the same if JSON Schema says that they are equal (2020-12, core
/// 4.2.2):
/// `1` and `1.0` are, whatever the order of their members is two objects are. Sets by it need no hashes, which a client
/// could choose to be all the same.
final class JsonOrder implements Comparator<JsonNode> {
    static final JsonOrder INSTANCE = new JsonOrder();

    private JsonOrder() {}

    @Override
    public int compare(JsonNode one, JsonNode other) {
        int byKind = Integer.compare(rank(one), rank(other));
        if (byKind != 0) {
            return byKind;
        }
        if (one.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        if (one.isString()) {
            return one.stringValue().compareTo(other.stringValue());
        }
        if (one.isArray()) {
            return arrays(one, other);
        }
        return one.isObject() ? objects(one, other) : Boolean.compare(isTrue(one), isTrue(other));
    }

    private static boolean isTrue(JsonNode node) {
        return node.isBoolean() && node.booleanValue();
    }

    private static int rank(JsonNode node) {
        if (node.isNumber()) {
            return 0;
        } else if (node.isString()) {
            return 1;
        } else if (node.isArray()) {
            return 2;
        } else if (node.isObject()) {
            return 3;
        }
        return node.isBoolean() ? 4 : 5;
    }

    private int arrays(JsonNode one, JsonNode other) {
        int order = Integer.compare(one.size(), other.size());
        for (int i = 0; order == 0 && i < one.size(); i++) {
            order = compare(one.get(i), other.get(i));
        }
        return order;
    }

    private int objects(JsonNode one, JsonNode other) {
        int order = Integer.compare(one.size(), other.size());
        Iterator<Map.Entry<String, JsonNode>> others = sorted(other).iterator();
        for (Map.Entry<String, JsonNode> member : sorted(one)) {
            if (order != 0) {
                return order;
            }
            Map.Entry<String, JsonNode> against = others.next();
            order = member.getKey().compareTo(against.getKey());
            order = order == 0 ? compare(member.getValue(), against.getValue()) : order;
        }
        return order;
    }

    private static Iterable<Map.Entry<String, JsonNode>> sorted(JsonNode object) {
        TreeMap<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members.entrySet();
    }
}
