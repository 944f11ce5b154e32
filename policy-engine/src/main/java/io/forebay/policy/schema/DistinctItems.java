package io.forebay.policy.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// `uniqueItems` by comparisons. By hashes, a client that sends thousands of values with the same one would have each
/// compared with each.
final class DistinctItems implements Keyword {
    @Override
    public String getValue() {
        return KeywordType.UNIQUE_ITEMS.getValue();
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
        return new Check(location, value, parent, context);
    }

    private static final class Check extends BaseKeywordValidator {
        private final boolean isOn;

        Check(SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
            super(KeywordType.UNIQUE_ITEMS, value, location, parent, context);
            this.isOn = value.isBoolean() && value.booleanValue();
        }

        @Override
        public void validate(ExecutionContext context, JsonNode array, JsonNode root, NodePath at) {
            if (isOn && array.isArray()) {
                TreeSet<JsonNode> seen = new TreeSet<>(JsonOrder.INSTANCE);
                for (JsonNode item : array) {
                    if (!seen.add(item)) {
                        context.addError(error().keyword(getValue())
                                .instanceNode(array)
                                .instanceLocation(at)
                                .evaluationPath(context.getEvaluationPath())
                                .locale(context.getExecutionConfig().getLocale())
                                .build());
                        return;
                    }
                }
            }
        }

        private static String getValue() {
            return KeywordType.UNIQUE_ITEMS.getValue();
        }
    }
}
