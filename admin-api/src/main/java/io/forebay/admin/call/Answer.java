package io.forebay.admin.call;

import io.forebay.admin.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;

/// What goes back for one call.
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    private static final String JSON = "application/json";

    public Answer {
        headers = Map.copyOf(headers);
    }

    /// 200 with a document.
    public static Answer of(Object document) {
        return json(200, document);
    }

    public static Answer json(int status, Object document) {
        return new Answer(status, JSON, Json.bytes(document), Map.of());
    }

    /// 200 with a text in UTF-8.
    public static Answer text(String contentType, String text) {
        return new Answer(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /// The document made of a port's value; any other reply ends the call with its problem.
    public static <T> Answer of(Reply<T> reply, String what, Function<T, ?> document) {
        return of(document.apply(value(reply, what)));
    }

    /// A port's value.
    ///
    /// @param what names the thing asked for, in a sentence
    /// @throws CallRefused with the problem that any other reply is
    public static <T> T value(Reply<T> reply, String what) {
        return switch (reply) {
            case Reply.Done<T>(T value) -> value;
            case Reply.Missing<T> _ ->
                throw refused(new Problem(ProblemKind.NOT_FOUND, "unknown-name", "there is no such " + what));
            case Reply.Conflict<T>(String reason, String detail) ->
                throw refused(new Problem(ProblemKind.CONFLICT, reason, detail));
            case Reply.Invalid<T>(String reason, String detail) ->
                throw refused(new Problem(ProblemKind.BAD_PARAMETER, reason, detail));
            case Reply.Unavailable<T>(String reason, String detail, int retryAfterSeconds) ->
                throw refused(new Problem(
                        ProblemKind.UNAVAILABLE,
                        reason,
                        detail,
                        Map.of("Retry-After", Integer.toString(retryAfterSeconds))));
            case Reply.Unknown<T>(String reason, String detail) ->
                throw refused(new Problem(
                        ProblemKind.TIMED_OUT, reason, detail + "; a change may have been made, or still be made"));
        };
    }

    private static CallRefused refused(Problem problem) {
        return new CallRefused(problem);
    }
}
