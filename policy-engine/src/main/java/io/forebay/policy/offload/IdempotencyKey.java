package io.forebay.policy.offload;

import io.forebay.policy.Refusal;
import org.jspecify.annotations.Nullable;

/// What a request says about being a repeat (draft-ietf-httpapi-idempotency-key-header).
public sealed interface IdempotencyKey {

    /// The longest key in bytes.
    int KEY_BYTES_MAX = 255;

    /// No key, and none is needed.
    record Absent() implements IdempotencyKey {
        public static final Absent INSTANCE = new Absent();
    }

    /// The key without quotes, 1 to 255 ASCII characters.
    record Given(String text) implements IdempotencyKey {}

    /// A key is missing or malformed.
    record Refused(Refusal refusal) implements IdempotencyKey {}

    /// Reads a field value: a Structured Field string (RFC 9651 section 3.3.3) without parameters, or the bare key, of
    /// visible ASCII without quotes, backslashes, commas and semicolons. Null if it is neither.
    static @Nullable String parse(String field) {
        String key = field.startsWith("\"") ? unquoted(field) : bare(field);
        return key == null || key.isEmpty() || key.length() > KEY_BYTES_MAX ? null : key;
    }

    private static @Nullable String bare(String field) {
        boolean isKey = field.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"\\,;".indexOf(c) < 0);
        return isKey ? field : null;
    }

    private static @Nullable String unquoted(String field) {
        StringBuilder key = new StringBuilder(field.length());
        for (int i = 1; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"') {
                return i == field.length() - 1 ? key.toString() : null;
            }
            if (c == '\\') {
                i++;
                c = i < field.length() ? field.charAt(i) : 0;
                if (c != '"' && c != '\\') {
                    return null;
                }
            }
            if (c < 0x20 || c >= 0x7f) {
                return null;
            }
            key.append(c);
        }
        return null;
    }
}
