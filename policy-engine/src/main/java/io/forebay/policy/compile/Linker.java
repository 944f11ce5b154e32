package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ObjectStatus;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.FaultInjection;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SplitKey;
import io.forebay.policy.schedule.SchedulePolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Joins the objects in force to listeners, each with the rules it serves and the policies attached to them. Finds no
/// faults any more: the checks were before.
final class Linker {

    private record ListenerKey(ObjectKey gateway, String listener) {}

    /// The policies of a rule that may be another listener's elsewhere.
    private record Inherited(
            @Nullable Attached security, @Nullable Attached limits) {
        String names() {
            return name(security) + " " + name(limits);
        }

        private static String name(@Nullable Attached attached) {
            return attached == null ? "" : attached.policy().toString();
        }
    }

    private final Scope scope;
    private final SecurityLinks security;
    private final Attachments limits;
    private final Map<ListenerKey, List<RouteCandidate>> served = new HashMap<>();
    private final Map<String, RouteRule> rules = new LinkedHashMap<>();

    private Linker(Scope scope) {
        this.scope = scope;
        this.security = new SecurityLinks(scope.attachments(Kind.SECURITY_POLICY));
        this.limits = scope.attachments(Kind.BACKEND_TRAFFIC_POLICY);
    }

    /// The parts of a snapshot.
    record Linked(
            List<ListenerPolicy> listeners,
            List<RouteRule> rules,
            List<BackendPolicy> backends,
            List<QueuePolicy> queues,
            List<SchedulePolicy> schedules) {

        PolicySnapshot snapshot(long generation, String revision, List<ObjectStatus> statuses) {
            return new PolicySnapshot(generation, revision, listeners, rules, backends, queues, schedules, statuses);
        }
    }

    static Linked link(Scope scope) {
        Linker linker = new Linker(scope);
        for (LiveObject object : scope.all()) {
            if (object.document() instanceof Document.RequestRoute route
                    && object.material() instanceof Material.Attached(var parents)) {
                linker.linkRoute(route.header(), route.spec(), parents, List.of());
            }
        }
        for (FaultyDocument faulty : scope.closed().values()) {
            if (faulty.partialRoute() != null) {
                linker.linkRoute(
                        faulty.header(),
                        faulty.partialRoute(),
                        RouteChecks.parents(faulty.header(), faulty.partialRoute(), scope),
                        faulty.diagnostics());
            }
        }
        return new Linked(
                linker.listeners(),
                List.copyOf(linker.rules.values()),
                linker.backends(),
                linker.queues(),
                linker.schedules());
    }

    /// @param faults of a route without good version; a rule that has some answers 500
    private void linkRoute(Header header, HTTPRouteSpec spec, List<Parent> parents, List<Diagnostic> faults) {
        for (int i = 0; i < spec.getRules().size(); i++) {
            HTTPRouteRule rule = spec.getRules().get(i);
            String path = "spec.rules[" + i + "]";
            List<Diagnostic> own = faults.stream()
                    .filter(fault -> fault.isError() && isAtOrUnder(fault.path(), path))
                    .toList();
            String id = RuleNames.id(header.key(), rule, i);
            Map<String, RouteRule> byPolicies = new HashMap<>();
            for (Parent parent : parents) {
                Inherited policies = new Inherited(
                        security.of(header.key(), rule.getName(), parent),
                        limits.ofRuleAt(header.key(), rule.getName(), parent));
                RouteRule linked =
                        byPolicies.computeIfAbsent(policies.names(), _ -> rule(header, rule, id, policies, own));
                rules.putIfAbsent(linked.id(), linked);
                serve(parent, header, matches(rule, own, path), linked, i);
            }
        }
    }

    private static boolean isAtOrUnder(String path, String parent) {
        return path.equals(parent) || path.startsWith(parent + ".") || path.startsWith(parent + "[");
    }

    /// The readable matches of a rule; none where the list itself is in doubt, since no matches would mean all.
    private static List<@Nullable RouteMatch> matches(HTTPRouteRule rule, List<Diagnostic> faults, String path) {
        if (faults.isEmpty()) {
            List<RouteMatch> matches = RouteMapping.matches(rule);
            List<@Nullable RouteMatch> all = new ArrayList<>(matches);
            all.addAll(RouteMapping.preflights(rule, matches));
            return all;
        }
        String list = path + ".matches";
        boolean isInDoubt = rule.getMatches().isEmpty()
                || faults.stream()
                        .anyMatch(fault ->
                                fault.path().equals(list) || fault.path().equals(path));
        List<@Nullable RouteMatch> readable = new ArrayList<>();
        for (int i = 0; !isInDoubt && i < rule.getMatches().size(); i++) {
            String match = list + "[" + i + "]";
            boolean isReadable = faults.stream().noneMatch(fault -> isAtOrUnder(fault.path(), match));
            readable.add(isReadable ? RouteMapping.match(rule.getMatches().get(i)) : null);
        }
        return readable;
    }

    private void serve(Parent parent, Header route, List<@Nullable RouteMatch> matches, RouteRule rule, int ruleIndex) {
        List<RouteCandidate> candidates =
                served.computeIfAbsent(new ListenerKey(parent.gateway(), parent.listener()), key -> new ArrayList<>());
        for (int i = 0; i < matches.size(); i++) {
            RouteMatch match = matches.get(i);
            if (match != null) {
                for (String hostname : parent.hostnames()) {
                    candidates.add(new RouteCandidate(
                            hostname, match, rule, route.createdAtMs(), PolicyMapping.id(route.key()), ruleIndex, i));
                }
            }
        }
    }

    private RouteRule rule(Header route, HTTPRouteRule rule, String id, Inherited policies, List<Diagnostic> faults) {
        RouteRule.Builder builder = RouteRule.builder(id);
        if (!faults.isEmpty()) {
            return builder.fault(Resolution.reason(faults)).build();
        }
        if (policies.security instanceof Attached.Broken(var policy, var reason)) {
            return builder.fault(reason).build();
        }
        String unresolved = RouteFilters.extensionProblem(route, rule, scope);
        if (unresolved != null) {
            return builder.fault(unresolved).build();
        }
        RouteFilters.apply(builder, route, rule, scope);
        builder.backends(RouteMapping.backends(route, rule, scope))
                .security(security.rule(policies.security))
                .limits(limitRules(policies.limits))
                .retry(RouteMapping.retry(rule.getRetry()))
                .session(SessionMapping.session(id, rule))
                .split(split(policies.limits))
                .faults(faults(policies.limits));
        if (rule.getTimeouts() != null) {
            builder.requestTimeoutNs(RouteMapping.timeoutNs(rule.getTimeouts().getRequest()))
                    .backendRequestTimeoutNs(
                            RouteMapping.timeoutNs(rule.getTimeouts().getBackendRequest()));
        }
        if (rule.getName() != null
                && scope.attachments(Kind.OFFLOAD_POLICY).at(new Target(route.key(), rule.getName()))
                        instanceof Attached.Good(var object)
                && object.document() instanceof Document.OffloadPolicy policy) {
            builder.offload(PolicyMapping.offload(policy, object.material()));
        }
        return builder.build();
    }

    private static LimitRules limitRules(@Nullable Attached attached) {
        Document.BackendTrafficPolicy policy = trafficPolicy(attached);
        return policy == null ? LimitRules.NONE : LimitRules.of(PolicyMapping.limits(policy));
    }

    private static Document.@Nullable BackendTrafficPolicy trafficPolicy(@Nullable Attached attached) {
        return attached instanceof Attached.Good(var object)
                        && object.document() instanceof Document.BackendTrafficPolicy policy
                ? policy
                : null;
    }

    private static @Nullable SplitKey split(@Nullable Attached attached) {
        Document.BackendTrafficPolicy policy = trafficPolicy(attached);
        return policy == null ? null : PolicyMapping.split(policy);
    }

    private static @Nullable FaultInjection faults(@Nullable Attached attached) {
        Document.BackendTrafficPolicy policy = trafficPolicy(attached);
        return policy == null ? null : FaultMapping.faults(policy);
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
        String gatewayId = PolicyMapping.id(gateway.key());
        return new ListenerPolicy(
                gatewayId + "/" + listener.getName(),
                gatewayId,
                listener.getName(),
                Objects.requireNonNull(listener.getPort(), "port"),
                ListenerPolicy.Protocol.valueOf(listener.getProtocol()),
                listener.getHostname(),
                tls.certificates(),
                tls.clientTrust(),
                RouteIndex.of(candidates(gateway, listener)),
                security.forJobs(gateway.key(), listener.getName(), ofGateway),
                limitRules(limits.ofListener(gateway.key(), listener.getName())),
                new ConnectionLinks(scope).of(gateway.key(), listener.getName()),
                ClientTrafficChecks.traffic(
                        scope.attachments(Kind.CLIENT_TRAFFIC_POLICY).ofListener(gateway.key(), listener.getName())));
    }

    private List<RouteCandidate> candidates(Document.Gateway gateway, Listener listener) {
        return served.getOrDefault(new ListenerKey(gateway.key(), listener.getName()), List.of());
    }

    private List<BackendPolicy> backends() {
        BackendTransports transports = new BackendTransports(scope);
        List<BackendPolicy> backends = new ArrayList<>();
        for (LiveObject object : scope.all(Kind.BACKEND)) {
            if (object.document() instanceof Document.Backend backend) {
                Attached settings = limits.at(new Target(backend.key(), null));
                backends.add(BackendMapping.backend(
                        backend, object.material(), trafficPolicy(settings), transports.of(backend)));
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
