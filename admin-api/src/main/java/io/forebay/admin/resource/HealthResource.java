package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.Reply;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.util.List;

/// `GET /live` and `GET /ready`, for supervisors and load balancers: open to anyone who reaches the port, so they name
/// the parts and say nothing about them.
final class HealthResource {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final GatewayView gateway;
    private final Deadline deadline;

    HealthResource(GatewayView gateway, Deadline deadline) {
        this.gateway = gateway;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(Operation.open("/live", this::live), Operation.open("/ready", this::ready));
    }

    /// That this process answers at all.
    record LiveDocument(boolean live) {}

    /// Whether traffic should come.
    record ReadyDocument(boolean ready, List<ReadyPart> parts) {}

    /// One part of readiness, as anyone may see it.
    record ReadyPart(String name, boolean ready) {}

    private Answer live(Parameters parameters) {
        return Answer.of(new LiveDocument(true));
    }

    private Answer ready(Parameters parameters) {
        List<ReadyPart> parts = switch (deadline.ask(gateway::readiness)) {
            case Reply.Done<List<GatewayView.Part>>(List<GatewayView.Part> known) ->
                known.stream()
                        .map(part -> new ReadyPart(part.name(), part.isReady()))
                        .toList();
            // A gateway that cannot tell is not ready; a probe needs that answer, not a problem.
            case Reply<List<GatewayView.Part>> _ -> List.of(new ReadyPart("readiness", false));
        };
        boolean isReady = parts.stream().allMatch(ReadyPart::ready);
        return Answer.json(isReady ? OK : UNAVAILABLE, new ReadyDocument(isReady, parts));
    }
}
