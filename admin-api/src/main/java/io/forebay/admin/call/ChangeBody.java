package io.forebay.admin.call;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The optional body of a change: `{"reason": "..."}` and nothing else.
final class ChangeBody {
    static final int REASON_CHARACTERS_MAX = 500;

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ChangeBody() {}

    static @Nullable String reason(Call call) {
        byte[] bytes = call.body().read();
        if (bytes.length == 0) {
            return null;
        }
        if (!isJson(call.contentType())) {
            throw new CallRefused(
                    new Problem(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "not-json", "the body must be application/json"));
        }
        JsonNode body = parse(bytes);
        JsonNode reason = body.get("reason");
        if (!body.isObject() || body.size() > 1 || (reason == null && body.size() == 1)) {
            throw refused("unknown-key", "the body is an object whose only key is reason");
        }
        if (reason == null) {
            return null;
        }
        if (!reason.isString() || reason.stringValue().length() > REASON_CHARACTERS_MAX) {
            throw refused("bad-value", "reason must be a string of at most " + REASON_CHARACTERS_MAX + " characters");
        }
        return reason.stringValue();
    }

    private static JsonNode parse(byte[] body) {
        try {
            return STRICT.readTree(body);
        } catch (JacksonException e) {
            throw refused("not-json", "the body is not well-formed JSON");
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json");
    }

    private static CallRefused refused(String reason, String detail) {
        return new CallRefused(new Problem(ProblemKind.BAD_BODY, reason, detail));
    }
}
