package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;

/// The owner's end of its socket. A request of a client, handed on by the next process, goes through the same
/// stages as if it had come in here: it is judged by whom it came from, not by whom it was handed on. Besides,
/// the next process asks for the take-over itself: `POST /take-over`, answered when this process has begun to
/// leave. Shared by all loops.
public final class HandedRequests implements RequestHandler {
    /// What the next process asks for.
    public static final String TAKE_OVER = "/take-over";

    private final RequestHandler stages;
    private final Departure departure;

    /// How this process leaves.
    @FunctionalInterface
    public interface Departure {
        /// Begins to leave. Returns at once; any thread.
        ///
        /// @param begun told when what only one process can have, but for the store, is free
        /// @return false if it is leaving already
        boolean begin(Runnable begun);
    }

    public HandedRequests(RequestHandler stages, Departure departure) {
        this.stages = stages;
        this.departure = departure;
    }

    @Override
    public void onRequest(Exchange exchange) {
        Connection cameBy;
        try {
            cameBy = HandedConnection.read(exchange.head());
        } catch (IllegalArgumentException e) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.MALFORMED_REQUEST, "handed-unreadable"));
            return;
        }
        if (cameBy != null) {
            exchange.cameBy(cameBy);
            stages.onRequest(exchange);
        } else {
            own(exchange);
        }
    }

    private void own(Exchange exchange) {
        String path = exchange.head().text(exchange.head().path());
        if (!path.equals(TAKE_OVER) || !exchange.head().methodIs("POST")) {
            answer(exchange, 404);
        } else if (!departure.begin(() -> exchange.loop().eventLoop().execute(() -> answer(exchange, 204)))) {
            answer(exchange, 409);
        }
    }

    private static void answer(Exchange exchange, int status) {
        if (!exchange.isAnswerComplete()) {
            exchange.answerWhole(new ResponseHead().begin(status).contentLength(0), new byte[0]);
        }
    }

    @Override
    public void onMalformed(Exchange exchange, Malformed reason) {
        stages.onMalformed(exchange, reason);
    }

    @Override
    public void onHeadTimeout(Exchange exchange) {
        stages.onHeadTimeout(exchange);
    }

    @Override
    public void onEnd(Exchange exchange) {
        stages.onEnd(exchange);
    }
}
