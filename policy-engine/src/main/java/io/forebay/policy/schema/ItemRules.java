package io.forebay.policy.schema;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Items of arrays: at each place in the array, the later schema must take what the earlier one took there.
final class ItemRules {
    private ItemRules() {}

    /// By `prefixItems` and `items` of the later schema.
    static @Nullable Incompatibility check(Place earlier, Place later, Backward backward) {
        int prefixes = Math.max(earlier.count("prefixItems"), later.count("prefixItems"));
        // One more stands for all that follow.
        for (int i = 0; i <= prefixes; i++) {
            JsonNode maxItems = earlier.get("maxItems");
            boolean isNever = maxItems != null && maxItems.decimalValue().compareTo(BigDecimal.valueOf(i)) <= 0;
            Incompatibility found = isNever ? null : backward.check(at(earlier, i), at(later, i));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Place at(Place array, int index) {
        return index < array.count("prefixItems") ? array.at("prefixItems", index) : array.under("items");
    }
}
