package io.forebay.admin.server;

import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Call;
import io.forebay.admin.call.CallRefused;
import io.forebay.admin.call.Parameters;
import io.forebay.admin.call.Problem;
import io.forebay.admin.call.ProblemKind;
import io.forebay.admin.call.Reception;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Between the server and the reception: makes a call of a request and a response of an answer. One virtual thread a
/// connection runs it.
final class CallHandler implements Handler {
    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
    private static final HeaderName NOSNIFF = HeaderNames.create("X-Content-Type-Options");

    private final Reception reception;

    CallHandler(Reception reception) {
        this.reception = reception;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        String traceId = TraceIds.of(only(request, TRACEPARENT));
        Answer answer;
        try {
            answer = reception.answer(call(request, traceId));
        } catch (CallRefused e) {
            answer = e.problem().answer(traceId);
        }
        send(answer, response, request.prologue().method().text().equals("HEAD"));
    }

    private static Call call(ServerRequest request, String traceId) {
        return new Call(
                request.prologue().method().text(),
                request.prologue().uriPath().rawPath(),
                query(request.query()),
                authorization(request),
                only(request, HeaderNames.CONTENT_TYPE).orElse(null),
                new RequestBody(request),
                request.remotePeer().host(),
                traceId);
    }

    private static Map<String, String> query(UriQuery query) {
        Map<String, String> once = new HashMap<>();
        for (String name : query.names()) {
            List<String> values = query.all(name);
            if (values.size() != 1) {
                throw Parameters.refused("repeated-parameter", "a parameter may be given once");
            }
            once.put(name, values.getFirst());
        }
        return once;
    }

    /// Of several Authorization fields none is believed.
    private static @Nullable String authorization(ServerRequest request) {
        return request.headers().contains(HeaderNames.AUTHORIZATION)
                ? only(request, HeaderNames.AUTHORIZATION).orElse("")
                : null;
    }

    private static Optional<String> only(ServerRequest request, HeaderName name) {
        if (!request.headers().contains(name)) {
            return Optional.empty();
        }
        List<String> values = request.headers().get(name).allValues();
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    private static byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        byte[] body = bodyUpToOneTooMany(request);
        if (body.length > AdminServer.BODY_BYTES_MAX) {
            throw new CallRefused(tooLarge());
        }
        return body;
    }

    private record RequestBody(ServerRequest request) implements Call.Body {
        @Override
        public byte[] read() {
            return body(request);
        }

        @Override
        public boolean isEmpty() {
            return !request.content().hasEntity();
        }
    }

    private static byte[] bodyUpToOneTooMany(ServerRequest request) {
        try (InputStream content = request.content().inputStream()) {
            byte[] body = content.readNBytes(AdminServer.BODY_BYTES_MAX + 1);
            if (body.length > AdminServer.BODY_BYTES_MAX) {
                content.readNBytes(HttpPort.READ_BYTES_MAX);
            }
            return body;
        } catch (IOException | RuntimeException e) {
            // The server has an exception of its own for each way a body can break off; all are the client's doing.
            boolean isTooLarge = e instanceof RequestException refused
                    && refused.status().code() == ProblemKind.BODY_TOO_LARGE.status();
            throw new CallRefused(isTooLarge ? tooLarge() : unreadable());
        }
    }

    private static Problem unreadable() {
        return new Problem(ProblemKind.BAD_BODY, "unreadable", "the body did not arrive whole");
    }

    static Problem tooLarge() {
        return new Problem(
                ProblemKind.BODY_TOO_LARGE,
                "body-too-large",
                "a body may have at most " + AdminServer.BODY_BYTES_MAX + " bytes");
    }

    private static void send(Answer answer, ServerResponse response, boolean isHead) {
        response.status(Status.create(answer.status()))
                .header(HeaderNames.CONTENT_TYPE, answer.contentType())
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(NOSNIFF, "nosniff");
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        if (isHead) {
            response.contentLength(answer.body().length);
            response.send();
        } else {
            response.send(answer.body());
        }
    }
}
