package io.forebay.gateway.offload;

import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.policy.ByteSpan;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parameters in the query of a request to the gateway itself. The first of a name counts.
final class QueryParameters {
    private final Map<String, String> values;

    private QueryParameters(Map<String, String> values) {
        this.values = values;
    }

    static QueryParameters of(RequestHead head) {
        Map<String, String> values = new HashMap<>();
        if (ByteSpan.isPresent(head.query())) {
            for (String pair : head.text(head.query()).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.putIfAbsent(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
                }
            }
        }
        return new QueryParameters(values);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }

    /// The refusal of a value that is not as expected.
    static Problem invalid(String expected) {
        return Problem.of(ProblemType.PARAMETER_INVALID, "parameter-invalid", expected);
    }

    String text(String name, String absent) {
        return values.getOrDefault(name, absent);
    }

    /// Null if there is a value, and it is no number from `min` to `max`.
    @Nullable
    Integer integer(String name, int absent, int min, int max) {
        String text = values.get(name);
        if (text == null) {
            return absent;
        }
        try {
            int value = Integer.parseInt(text);
            return value >= min && value <= max ? value : null;
        } catch (NumberFormatException notOne) {
            return null;
        }
    }
}
