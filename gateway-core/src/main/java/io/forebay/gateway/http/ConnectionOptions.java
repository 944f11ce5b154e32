package io.forebay.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The options of a `Connection` field (RFC 9110 section 7.6.1), in lower case: `close`, `keep-alive`, `upgrade`, and
/// the names of fields that are meant for this hop only and so are not forwarded.
///
/// Most messages have no such field; a lone `keep-alive` or `close` costs nothing.
final class ConnectionOptions {
    /// What nearly every field of this name says, made once. No field bears one of these names but `Keep-Alive`, which
    /// is never forwarded anyway, so neither nominates any.
    private static final ConnectionOptions KEEP_ALIVE = new ConnectionOptions(List.of("keep-alive"));
    private static final ConnectionOptions CLOSE = new ConnectionOptions(List.of("close"));
    private static final byte[] KEEP_ALIVE_BYTES = "keep-alive".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE_BYTES = "close".getBytes(StandardCharsets.US_ASCII);

    private final List<String> options;

    private ConnectionOptions(List<String> options) {
        this.options = options;
    }

    @SuppressWarnings("ReferenceEquality") // the two constants
    private boolean isCommon() {
        return this == KEEP_ALIVE || this == CLOSE;
    }

    static ConnectionOptions of(FieldLines fields) {
        if (!fields.isRepeated(KnownHeader.CONNECTION)) {
            if (says(fields, KEEP_ALIVE_BYTES)) {
                return KEEP_ALIVE;
            }
            if (says(fields, CLOSE_BYTES)) {
                return CLOSE;
            }
        }
        return parsed(fields);
    }

    private static boolean says(FieldLines fields, byte[] option) {
        int line = fields.lineOf(KnownHeader.CONNECTION);
        if (line < 0) {
            return false;
        }
        int start = fields.valueStart(line);
        return fields.valueEnd(line) - start == option.length
                && Grammar.sameIgnoringCase(fields.bytes(), start, option);
    }

    private static ConnectionOptions parsed(FieldLines fields) {
        String value = fields.joined(KnownHeader.CONNECTION);
        List<String> options = new ArrayList<>(4);
        if (value != null) {
            int from = 0;
            while (from <= value.length()) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                String option = value.substring(from, to).strip().toLowerCase(Locale.ROOT);
                if (!option.isEmpty()) {
                    options.add(option);
                }
                from = to + 1;
            }
        }
        return new ConnectionOptions(options);
    }

    boolean has(String option) {
        return options.contains(option);
    }

    /// Whether the options would take away a field that guards or frames the message. A client that nominates one
    /// tries to have the gateway and the upstream see two different requests.
    boolean namesEndToEndField() {
        for (String option : options) {
            if (isEndToEnd(option)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEndToEnd(String field) {
        return switch (field) {
            case "host",
                    "content-length",
                    "authorization",
                    "cookie",
                    "x-forwarded-for",
                    "x-forwarded-proto",
                    "x-forwarded-host",
                    "x-forwarded-port",
                    "forwarded",
                    "via",
                    "date",
                    "content-type",
                    "idempotency-key",
                    "traceparent",
                    "expect",
                    "forebay-schema-version",
                    "cache-control" -> true;
            default -> false;
        };
    }

    /// Whether the line is one of the fields that were nominated for this hop. One that is meant for everybody is none,
    /// even if an upstream says so: without its length an answer would run into the next.
    boolean nominates(FieldLines fields, int line) {
        if (isCommon()) {
            return false;
        }
        String name = fields.nameText(line).toLowerCase(Locale.ROOT);
        return options.contains(name) && !isEndToEnd(name);
    }
}
