package io.forebay.gateway.problem;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Answers an exchange with a problem (RFC 9457; a call of gRPC with a status of gRPC), or breaks its answer off when
/// one has begun. Stateless; called on
/// the exchange's loop.
public final class ProblemWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = {};

    private ProblemWriter() {}

    public static void answer(Exchange exchange, Problem problem) {
        if (exchange.isAnswerComplete()) {
            return;
        }
        if (exchange.isAnswered()) {
            exchange.abort(problem.reason(), problem.flag());
            return;
        }
        exchange.because(problem.reason());
        exchange.fails(problem.reason(), problem.flag());
        if (exchange.head().isGrpc()) {
            exchange.answerWhole(GrpcRefusal.head(problem), NOTHING);
            return;
        }
        byte[] body = json(problem, exchange.trace().traceId());
        ResponseHead head = new ResponseHead()
                .begin(problem.status())
                .add("content-type", "application/problem+json")
                .add("cache-control", "no-store");
        for (Problem.Header header : problem.headers()) {
            head.add(header.name(), header.value());
        }
        head.contentLength(body.length);
        exchange.answerWhole(head, body);
    }

    private static byte[] json(Problem problem, String traceId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            ProblemMembers.write(json, problem);
            json.writeStringProperty("instance", "urn:forebay:trace:" + traceId);
            json.writeStringProperty("traceId", traceId);
            json.writeEndObject();
        }
        return out.toByteArray();
    }
}
