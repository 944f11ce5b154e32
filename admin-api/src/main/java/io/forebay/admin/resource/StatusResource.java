package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.PolicyView;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// `GET /api/v1/status`: what runs, where it listens, whether it is ready, and whether the policy on disk is live.
final class StatusResource {
    private static final int FAULTS_SHOWN_MAX = 100;
    private static final int BACKENDS_SHOWN_MAX = 100;
    private static final int NAMES_SHOWN_MAX = 100;

    private final GatewayView gateway;
    private final PolicyView policies;
    private final Deadline deadline;

    StatusResource(GatewayView gateway, PolicyView policies, Deadline deadline) {
        this.gateway = gateway;
        this.policies = policies;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(Operation.get("/api/v1/status", Set.of(), this::status));
    }

    /// The whole document.
    record StatusDocument(
            String version,
            String transport,
            long generation,
            Instant startedAt,
            boolean ready,
            List<PartDocument> parts,
            List<ListenerDocument> listeners,
            List<BackendDocument> unwellBackends,
            List<NameDocument> unresolvedNames,
            OverloadDocument overload,
            PublicationDocument policy) {}

    /// What the gateway runs short of, each 0 to 1, and what it sheds.
    record OverloadDocument(List<String> stages, double memory, double loopLag, double connections) {}

    /// One part of readiness, as operators see it.
    record PartDocument(String name, boolean ready, String detail) {}

    /// One open port.
    record ListenerDocument(String name, String protocol, String address, int port) {}

    /// One backend of which some endpoint is not healthy.
    record BackendDocument(String name, boolean panic, List<EndpointDocument> endpoints) {}

    /// One place where a backend listens: `healthy`, `ejected` for the way it answered, or `unhealthy` by probes.
    record EndpointDocument(String address, String state) {}

    /// One name of endpoints that the last lookup found no addresses of; those of the one before are kept.
    record NameDocument(String hostname, int addresses, int failures, String fault) {}

    /// How the policy on disk became the policy that is live.
    record PublicationDocument(long generation, Instant liveSince, int faultCount, List<String> faults) {}

    private Answer status(Parameters parameters) {
        GatewayView.Status status = Answer.value(deadline.ask(gateway::status), "gateway");
        List<GatewayView.Part> parts = Answer.value(deadline.ask(gateway::readiness), "readiness");
        PolicyView.Publication live = Answer.value(deadline.ask(policies::publication), "policy");
        return Answer.of(new StatusDocument(
                status.version(),
                status.transport(),
                status.generation(),
                status.startedAt(),
                parts.stream().allMatch(GatewayView.Part::isReady),
                parts.stream()
                        .map(part -> new PartDocument(part.name(), part.isReady(), part.detail()))
                        .toList(),
                status.listeners().stream().map(StatusResource::document).toList(),
                status.unwell().stream()
                        .sorted(Comparator.comparing(GatewayView.Backend::name))
                        .limit(BACKENDS_SHOWN_MAX)
                        .map(StatusResource::document)
                        .toList(),
                status.unresolved().stream()
                        .sorted(Comparator.comparing(GatewayView.Name::hostname))
                        .limit(NAMES_SHOWN_MAX)
                        .map(name -> new NameDocument(name.hostname(), name.addresses(), name.failures(), name.fault()))
                        .toList(),
                document(status.overload()),
                document(live)));
    }

    private static ListenerDocument document(GatewayView.Listener listener) {
        return new ListenerDocument(listener.name(), listener.protocol(), listener.address(), listener.port());
    }

    private static BackendDocument document(GatewayView.Backend backend) {
        return new BackendDocument(
                backend.name(),
                backend.isPanic(),
                backend.endpoints().stream()
                        .map(endpoint -> new EndpointDocument(endpoint.address(), endpoint.state()))
                        .toList());
    }

    private static OverloadDocument document(GatewayView.Overload overload) {
        return new OverloadDocument(overload.stages(), overload.memory(), overload.loopLag(), overload.connections());
    }

    private static PublicationDocument document(PolicyView.Publication live) {
        return new PublicationDocument(
                live.generation(),
                live.liveSince(),
                live.faults().size(),
                live.faults().stream().limit(FAULTS_SHOWN_MAX).toList());
    }
}
