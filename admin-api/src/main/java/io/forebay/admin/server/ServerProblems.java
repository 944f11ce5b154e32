package io.forebay.admin.server;

import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Problem;
import io.forebay.admin.call.ProblemKind;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Map;

/// Problems the server meets before a call stands: not HTTP, too large, too many at once. The server's own words are
/// not passed on, since they may quote the request.
final class ServerProblems implements DirectHandler {
    private ServerProblems() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder builder = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            builder.addHandler(type, new ServerProblems());
        }
        return builder.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status defaultStatus,
            ServerResponseHeaders responseHeaders,
            String message) {
        Problem problem = problem(eventType, defaultStatus);
        Answer answer = problem.answer(TraceIds.fresh());
        TransportResponse.Builder response = TransportResponse.builder()
                .status(Status.create(answer.status()))
                .headers(responseHeaders)
                .header(HeaderNames.CONTENT_TYPE, answer.contentType())
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .keepAlive(false)
                .entity(answer.body());
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        return response.build();
    }

    private static Problem problem(EventType eventType, Status status) {
        return switch (eventType) {
            case PAYLOAD_TOO_LARGE -> CallHandler.tooLarge();
            case INTERNAL_ERROR -> new Problem(ProblemKind.INTERNAL, "internal", "a fault of the admin server");
            case BAD_REQUEST, FORBIDDEN, HTTP_VERSION_NOT_SUPPORTED, OTHER -> problem(status.code());
        };
    }

    /// The event type alone does not tell: a body too large to skip arrives as OTHER.
    private static Problem problem(int status) {
        return switch (status) {
            case 413 -> CallHandler.tooLarge();
            case 503 ->
                new Problem(
                        ProblemKind.UNAVAILABLE,
                        "too-many-calls",
                        "too many calls at once",
                        Map.of("Retry-After", "1"));
            default -> new Problem(ProblemKind.BAD_REQUEST, "malformed", "the request cannot be read");
        };
    }
}
