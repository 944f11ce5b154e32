package io.forebay.gateway.offload;

import io.forebay.policy.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// One line of a batch: a JSON object that says what a job's request has of its own. What it does not say is that of
/// the batch's request.
///
/// | member | |
/// |---|---|
/// | `body` | any JSON; the body is its text, byte for byte |
/// | `text` | instead: a string; the body is its UTF-8 |
/// | `base64` | instead: a string; the body is what it encodes |
/// | `headers` | an object of strings: fields of the request, each in place of the batch's of that name |
///
/// @param contentType what the body is unless `headers` says it
/// @param headers by name in lower case
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record BatchItem(byte[] body, String contentType, Map<String, String> headers) {
    static final int HEADERS_MAX = 32;

    /// Values, names and brackets of a line: what a loop has time for.
    private static final int TOKENS_MAX = 50_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(512)
                    .maxTokenCount(TOKENS_MAX)
                    .maxStringLength(BatchLines.LINE_BYTES_MAX)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A line is UTF-8 (RFC 8259 section 8.1), and places in it are places in its bytes.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    /// Who the caller is, how the request came, and whether it is a batch is said once, for all.
    private static final Set<String> OF_THE_BATCH = Set.of(
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length",
            "expect",
            "prefer",
            "authorization",
            "proxy-authorization",
            "cookie",
            "forwarded",
            "via",
            "traceparent",
            "tracestate",
            "forebay-batch");

    /// A line that is no item, and what one would be.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String expected) {
            super(expected, null, false, false);
        }
    }

    static BatchItem read(byte[] line) throws Unreadable {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Unreadable("a JSON object");
            }
            BatchItem item = members(json, line);
            if (json.nextToken() != null) {
                throw new Unreadable("one JSON object a line");
            }
            return item;
        } catch (JacksonException e) {
            throw new Unreadable("a JSON object; "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (RuntimeException e) {
            // The parser failed in a way of its own: somebody waits for an answer all the same.
            throw new Unreadable("a JSON object");
        }
    }

    private static BatchItem members(JsonParser json, byte[] line) throws Unreadable {
        byte[] body = null;
        String contentType = "application/json";
        Map<String, String> headers = Map.of();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals("headers")) {
                headers = headers(json);
                continue;
            }
            if (body != null) {
                throw new Unreadable("one of body, text and base64");
            }
            switch (name) {
                case "body" -> body = raw(json, line);
                case "text" -> {
                    body = string(json, "text").getBytes(StandardCharsets.UTF_8);
                    contentType = "text/plain; charset=utf-8";
                }
                case "base64" -> {
                    string(json, "base64");
                    body = json.getBinaryValue();
                    contentType = "application/octet-stream";
                }
                default -> throw new Unreadable("the members body, text, base64 and headers only");
            }
        }
        return new BatchItem(body == null ? new byte[0] : body, body == null ? "" : contentType, headers);
    }

    private static String string(JsonParser json, String member) throws Unreadable {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new Unreadable("a string as " + member);
        }
        return json.getString();
    }

    private static byte[] raw(JsonParser json, byte[] line) {
        int from = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        json.finishToken();
        return Arrays.copyOfRange(line, from, (int) json.currentLocation().getByteOffset());
    }

    private static Map<String, String> headers(JsonParser json) throws Unreadable {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new Unreadable("an object as headers");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            json.nextToken();
            if (!HeaderName.isToken(name) || OF_THE_BATCH.contains(name) || name.startsWith("x-forwarded-")) {
                throw new Unreadable("names of fields in headers that a single item may have; not " + shown(name));
            }
            if (headers.put(name, value(string(json, "the value of each header"))) != null) {
                throw new Unreadable("each name in headers once");
            }
            if (headers.size() > HEADERS_MAX) {
                throw new Unreadable("at most " + HEADERS_MAX + " headers");
            }
        }
        return headers;
    }

    private static String value(String text) throws Unreadable {
        if (!text.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\t')) {
            throw new Unreadable("printable ASCII as the value of each header");
        }
        return text.strip();
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 40));
    }
}
