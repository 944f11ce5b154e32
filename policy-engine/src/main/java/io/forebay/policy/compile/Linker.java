package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.schedule.SchedulePolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Joins the objects in force to listeners, each with the rules it serves and the policies attached to them. Finds no
/// faults any more: the checks were before.
final class Linker {

    private final Scope scope;
    private final CompiledRoutes before;
    private final boolean isAsBefore;
    private final SecurityLinks security;
    private final RouteLinker routes;
    private final Attachments limits;
    private final Map<ObjectKey, Map<String, List<RouteCandidate>>> served = new HashMap<>();
    private final List<RouteRule> rules = new ArrayList<>();
    private final Map<ObjectKey, CompiledRoutes.Route> linked = new HashMap<>();
    private final Map<String, RouteIndex> indexes = new HashMap<>();

    private Linker(Scope scope, CompiledRoutes before) {
        this.scope = scope;
        this.before = before;
        this.isAsBefore = scope.surroundings().areSameAs(before.linkedIn());
        this.security =
                new SecurityLinks(scope.attachments(Kind.SECURITY_POLICY), isAsBefore ? before.security() : Map.of());
        this.routes = new RouteLinker(scope, security);
        this.limits = scope.attachments(Kind.BACKEND_TRAFFIC_POLICY);
    }

    /// The parts of a snapshot.
    ///
    /// @param compiled for the next compile
    record Linked(
            List<ListenerPolicy> listeners,
            List<RouteRule> rules,
            List<BackendPolicy> backends,
            List<QueuePolicy> queues,
            List<SchedulePolicy> schedules,
            CompiledRoutes compiled) {

        PolicySnapshot snapshot(long generation, String revision) {
            return new PolicySnapshot(generation, revision, listeners, rules, backends, queues, schedules);
        }
    }

    /// @param outcomes of all objects
    /// @param checkedIn what was in force before the first route was looked at
    /// @param before what the last compile made, of which all is taken over that cannot have changed
    static Linked link(Scope scope, List<Outcome> outcomes, Surroundings checkedIn, CompiledRoutes before) {
        Linker linker = new Linker(scope, before);
        linker.linkRoutes(outcomes);
        List<ListenerPolicy> listeners = linker.listeners();
        CompiledRoutes compiled = new CompiledRoutes(
                checkedIn, scope.surroundings(), linker.linked, linker.security.byPolicy(), linker.indexes);
        return new Linked(listeners, linker.rules, linker.backends(), linker.queues(), linker.schedules(), compiled);
    }

    @SuppressWarnings("ReferenceEquality") // the very outcome
    private void linkRoutes(List<Outcome> outcomes) {
        Map<ObjectKey, Outcome> asWritten = new HashMap<>();
        for (Outcome outcome : outcomes) {
            if (outcome.verdict() == Outcome.Verdict.AS_WRITTEN) {
                asWritten.put(outcome.newest().key(), outcome);
            }
        }
        for (LiveObject object : scope.all()) {
            if (object.document() instanceof Document.RequestRoute route
                    && object.material() instanceof Material.Attached(var parents)) {
                CompiledRoutes.Route known = isAsBefore ? before.of(object) : null;
                RouteLinks links =
                        known == null ? routes.link(route.header(), route.spec(), parents, List.of()) : known.links();
                serve(links);
                Outcome outcome = asWritten.get(object.key());
                if (known != null && known.outcome() == outcome) {
                    linked.put(object.key(), known);
                } else if (outcome != null) {
                    linked.put(object.key(), new CompiledRoutes.Route(object, outcome, links));
                }
            }
        }
        for (FaultyDocument faulty : scope.closed().values()) {
            if (faulty.partialRoute() != null) {
                serve(routes.link(
                        faulty.header(),
                        faulty.partialRoute(),
                        RouteChecks.parents(faulty.header(), faulty.partialRoute(), scope),
                        faulty.diagnostics()));
            }
        }
    }

    private void serve(RouteLinks links) {
        rules.addAll(links.rules());
        for (RouteLinks.Served candidate : links.served()) {
            served.computeIfAbsent(candidate.gateway(), _ -> new HashMap<>())
                    .computeIfAbsent(candidate.listener(), _ -> new ArrayList<>())
                    .add(candidate.candidate());
        }
    }

    private List<ListenerPolicy> listeners() {
        List<ListenerPolicy> listeners = new ArrayList<>();
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (object.document() instanceof Document.Gateway gateway
                    && object.material() instanceof Material.Listeners(var sound, var _)) {
                List<RouteCandidate> ofGateway = new ArrayList<>();
                gateway.spec().getListeners().forEach(listener -> ofGateway.addAll(candidates(gateway, listener)));
                for (Listener listener : gateway.spec().getListeners()) {
                    Material.ListenerTls tls = sound.get(listener.getName());
                    if (tls != null) {
                        listeners.add(listener(gateway, listener, tls, ofGateway));
                    }
                }
            }
        }
        return listeners;
    }

    private ListenerPolicy listener(
            Document.Gateway gateway, Listener listener, Material.ListenerTls tls, List<RouteCandidate> ofGateway) {
        String id = PolicyMapping.id(gateway.key()) + "/" + listener.getName();
        return new ListenerPolicy(
                id,
                PolicyMapping.id(gateway.key()),
                listener.getName(),
                Objects.requireNonNull(listener.getPort(), "port"),
                ListenerPolicy.Protocol.valueOf(listener.getProtocol()),
                listener.getHostname(),
                tls.certificates(),
                tls.clientTrust(),
                index(id, candidates(gateway, listener)),
                security.forJobs(gateway.key(), listener.getName(), ofGateway),
                RouteLinker.limitRules(limits.ofListener(gateway.key(), listener.getName())),
                new ConnectionLinks(scope).of(gateway.key(), listener.getName()),
                ClientTrafficChecks.traffic(
                        scope.attachments(Kind.CLIENT_TRAFFIC_POLICY).ofListener(gateway.key(), listener.getName())));
    }

    private List<RouteCandidate> candidates(Document.Gateway gateway, Listener listener) {
        return served.getOrDefault(gateway.key(), Map.of()).getOrDefault(listener.getName(), List.of());
    }

    private RouteIndex index(String listener, List<RouteCandidate> candidates) {
        RouteIndex index = RouteIndex.of(candidates, before.indexes().getOrDefault(listener, RouteIndex.EMPTY));
        indexes.put(listener, index);
        return index;
    }

    private List<BackendPolicy> backends() {
        BackendTransports transports = new BackendTransports(scope);
        List<BackendPolicy> backends = new ArrayList<>();
        for (LiveObject object : scope.all(Kind.BACKEND)) {
            if (object.document() instanceof Document.Backend backend) {
                Attached settings = limits.at(new Target(backend.key(), null));
                BackendPolicy mapped = BackendMapping.backend(
                        backend, object.material(), RouteLinker.trafficPolicy(settings), transports.of(backend));
                // Nobody calls a backend whose TLS is not known, so nobody asks it either, least of all in the clear.
                boolean isClosed = BackendTransports.problem(backend.key(), scope) != null;
                backends.add(isClosed ? mapped.withoutProbes() : mapped);
            }
        }
        return backends;
    }

    private List<QueuePolicy> queues() {
        List<QueuePolicy> queues = new ArrayList<>();
        for (LiveObject object : scope.all(Kind.QUEUE)) {
            if (object.document() instanceof Document.Queue queue) {
                queues.add(StoreMapping.queue(queue, object.material()));
            }
        }
        return queues;
    }

    private List<SchedulePolicy> schedules() {
        List<SchedulePolicy> schedules = new ArrayList<>();
        for (LiveObject object : scope.all(Kind.SCHEDULE)) {
            SchedulePolicy policy = object.document() instanceof Document.Schedule schedule
                    ? ScheduleChecks.policy(schedule, scope)
                    : null;
            if (policy != null) {
                schedules.add(policy);
            }
        }
        return schedules;
    }
}
