package io.forebay.policy.schema;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ValueNode;

/// Reads JSON into a tree under bounds that keep every later look at it cheap: how deep, how many values, how long a
/// number. A name that stands twice in an object is refused, since readers differ in which of the two they take.
final class Json {
    static final int DEPTH_MAX = 100;
    /// Values, names, and ends of objects and arrays.
    static final int TOKENS_MAX = 200_000;
    static final int DIGITS_MAX = 100;
    static final int EXPONENT_MAX = 400;

    static final String BOUNDS = DEPTH_MAX + " levels, " + TOKENS_MAX + " values, names and brackets, numbers of "
            + DIGITS_MAX + " digits and exponents up to " + EXPONENT_MAX;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxTokenCount(TOKENS_MAX)
                            .maxNumberLength(DIGITS_MAX)
                            .build())
                    .build())
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .nodeFactory(new BoundedNumbers())
            .build();

    private Json() {}

    /// Why bytes are not read.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        private final String place;

        /// @param place line and column
        UnreadableException(String place, String message) {
            super(message);
            this.place = place;
        }

        String place() {
            return place;
        }
    }

    static JsonNode read(byte[] bytes) throws UnreadableException {
        JsonNode root;
        try {
            root = MAPPER.readTree(text(bytes));
        } catch (StreamConstraintsException beyond) {
            throw new UnreadableException(place(beyond.getLocation()), "is beyond what is read: " + BOUNDS);
        } catch (JacksonException broken) {
            throw new UnreadableException(place(broken.getLocation()), "is no JSON, or has a name twice in an object");
        }
        if (root.isMissingNode()) {
            throw new UnreadableException("1:1", "is empty");
        }
        return root;
    }

    /// JSON is UTF-8 (RFC 8259 section 8.1), without bytes that readers take for different characters.
    private static String text(byte[] bytes) throws UnreadableException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableException("1:1", "is not UTF-8");
        }
    }

    private static String place(@Nullable TokenStreamLocation location) {
        return location == null ? "1:1" : location.getLineNr() + ":" + location.getColumnNr();
    }

    /// Line and column of the value that a pointer leads to in a text that was read before, `1:1` where there is none.
    ///
    /// @param fragment the pointer as [Pointer#fragment(String)] writes it
    static String place(String text, String fragment) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean isValue = token.isScalarValue() || token.isStructStart();
                if (isValue
                        && Pointer.fragment(parser.streamReadContext()
                                        .pathAsPointer()
                                        .toString())
                                .equals(fragment)) {
                    return place(parser.currentTokenLocation());
                }
            }
        } catch (JacksonException unread) {
            return "1:1";
        }
        return "1:1";
    }

    /// With an exponent of nine digits the simplest sum of two numbers would take forever.
    private static final class BoundedNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ValueNode numberNode(@Nullable BigDecimal number) {
            if (number != null && Math.abs((long) number.scale()) > EXPONENT_MAX + DIGITS_MAX) {
                throw new StreamConstraintsException("exponent");
            }
            return number == null ? nullNode() : DecimalNode.valueOf(number);
        }
    }
}
