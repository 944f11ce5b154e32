package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.util.List;
import java.util.Set;

/// `GET /api/v1/features`: what this gateway supports, under the Gateway API's conformance names.
final class FeatureResource {
    private final GatewayView gateway;
    private final Deadline deadline;

    FeatureResource(GatewayView gateway, Deadline deadline) {
        this.gateway = gateway;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(Operation.get("/api/v1/features", Set.of(), this::features));
    }

    /// The names, sorted.
    record FeaturesDocument(List<String> supportedFeatures) {}

    private Answer features(Parameters parameters) {
        return Answer.of(
                deadline.ask(gateway::features),
                "list",
                names -> new FeaturesDocument(names.stream().sorted().toList()));
    }
}
