package io.forebay.gateway.shard;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.takeover.HandedConnection;
import io.forebay.policy.ClientCertificate;
import org.jspecify.annotations.Nullable;

/// What comes in by the port of the peers: calls on jobs of this node, which another node hands on. Each goes through
/// the same stages as if it had come in here, judged by whom the peer says it came from. Nobody is believed whose
/// certificate does not bear the peers' name, and nothing else is served. Shared by all loops.
final class PeerRequests implements RequestHandler {
    private final RequestHandler stages;
    private final ShardOwners owners;
    private final String name;

    /// @param name a DNS name that the certificate of each peer bears
    PeerRequests(RequestHandler stages, ShardOwners owners, String name) {
        this.stages = stages;
        this.owners = owners;
        this.name = name;
    }

    @Override
    public void onRequest(Exchange exchange) {
        if (!isPeer(exchange.accepted().peer().certificate())) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.FORBIDDEN, "not-a-peer"));
            return;
        }
        Connection cameBy;
        try {
            cameBy = HandedConnection.read(exchange.head());
        } catch (IllegalArgumentException e) {
            cameBy = null;
        }
        if (cameBy == null) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.MALFORMED_REQUEST, "handed-unreadable"));
        } else if (!owners.isOwn(exchange)) {
            // Two nodes disagree about who they are, and the job may be anywhere.
            ProblemWriter.answer(exchange, ShardOwners.unavailable(ShardOwners.NOT_ITS_OWNER));
        } else {
            exchange.cameBy(cameBy);
            stages.onRequest(exchange);
        }
    }

    private boolean isPeer(@Nullable ClientCertificate certificate) {
        return certificate != null && certificate.alternativeNames().stream().anyMatch(name::equalsIgnoreCase);
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
