package io.forebay.main.process.crash;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// One thing that a client wants, sent once, or under one key as often as it takes. Its trace id tells its job whoever
/// speaks of it.
///
/// @param number counts up within its kind
/// @param line the customer whose jobs go one after the other, or empty
record Request(Kind kind, int number, String line) {
    private static final int LARGE_EVERY = 20;
    private static final String LARGE = ".".repeat(1_200_000);

    String name() {
        return kind.word() + "-" + number;
    }

    /// Begins with the name. Every so often one is too large for memory.
    String body() {
        String body = name() + " is wanted";
        return kind == Kind.KEYED && number % LARGE_EVERY == 0 ? body + LARGE : body;
    }

    static String nameIn(String body) {
        int end = body.indexOf(' ');
        return end < 0 ? body : body.substring(0, end);
    }

    String traceId() {
        return UUID.nameUUIDFromBytes(name().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("traceparent", "00-" + traceId() + "-00000000000000aa-00");
        if (kind.hasKey()) {
            fields.put("Idempotency-Key", "\"" + name() + "\"");
        }
        if (!line.isEmpty()) {
            fields.put(CrashPolicy.LINE_FIELD, line);
        }
        return fields;
    }

    @Override
    public String toString() {
        return line.isEmpty() ? name() : name() + " of " + line;
    }
}
