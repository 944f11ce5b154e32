package io.forebay.admin.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call as it arrived. Its body is read only by an operation that was found and allowed, so that nobody without the
/// token can hold a call open by sending slowly.
///
/// @param method the token of the request line
/// @param rawPath percent-encoded, without query
/// @param query each parameter once; a repeated one was refused before
/// @param authorization the one Authorization field, null if there was none
/// @param traceId 32 hexadecimal digits, the caller's own if it sent a trace context
public record Call(
        String method,
        String rawPath,
        Map<String, String> query,
        @Nullable String authorization,
        @Nullable String contentType,
        Body body,
        String peer,
        String traceId) {
    public Call {
        query = Map.copyOf(query);
    }

    /// The bytes that came with a call; read at most once.
    @FunctionalInterface
    public interface Body {
        /// All of them, none if there are none.
        ///
        /// @throws CallRefused if there are too many, or they stop coming
        byte[] read();

        /// Whether there are none. Nothing is read where the head of the call says it.
        default boolean isEmpty() {
            return read().length == 0;
        }
    }

    boolean isFor(Verb verb) {
        return method.equals(verb.name()) || (verb == Verb.GET && method.equals("HEAD"));
    }
}
