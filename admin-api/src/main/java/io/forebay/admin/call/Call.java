package io.forebay.admin.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call as it arrived, its path and query decoded and its body read whole.
///
/// @param method the token of the request line
/// @param rawPath percent-encoded, without query
/// @param query each parameter once; a repeated one was refused before
/// @param authorization the one Authorization field, null if there was none
/// @param traceId 32 hexadecimal digits, the caller's own if it sent a trace context
@SuppressWarnings("ArrayRecordComponent") // read by one handler, never compared
public record Call(
        String method,
        String rawPath,
        Map<String, String> query,
        @Nullable String authorization,
        @Nullable String contentType,
        byte[] body,
        String peer,
        String traceId) {
    public Call {
        query = Map.copyOf(query);
    }

    boolean isFor(Verb verb) {
        return method.equals(verb.name()) || (verb == Verb.GET && method.equals("HEAD"));
    }
}
