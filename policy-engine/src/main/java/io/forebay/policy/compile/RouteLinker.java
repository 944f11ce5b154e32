package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.FaultInjection;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.route.SplitKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes of a route in force its rules, with the policies attached to them, and the candidates for the listeners that
/// serve it.
final class RouteLinker {

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

    RouteLinker(Scope scope, SecurityLinks security) {
        this.scope = scope;
        this.security = security;
        this.limits = scope.attachments(Kind.BACKEND_TRAFFIC_POLICY);
    }

    /// Links one route.
    ///
    /// @param faults of a route without good version; a rule that has some answers 500
    RouteLinks link(Header header, HTTPRouteSpec spec, List<Parent> parents, List<Diagnostic> faults) {
        Map<String, RouteRule> rules = new LinkedHashMap<>();
        List<RouteLinks.Served> served = new ArrayList<>();
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
                for (RouteCandidate candidate : candidates(parent, header, matches(rule, own, path), linked, i)) {
                    served.add(new RouteLinks.Served(parent.gateway(), parent.listener(), candidate));
                }
            }
        }
        return new RouteLinks(List.copyOf(rules.values()), List.copyOf(served));
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

    private static List<RouteCandidate> candidates(
            Parent parent, Header route, List<@Nullable RouteMatch> matches, RouteRule rule, int ruleIndex) {
        List<RouteCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < matches.size(); i++) {
            RouteMatch match = matches.get(i);
            if (match != null) {
                for (String hostname : parent.hostnames()) {
                    candidates.add(new RouteCandidate(
                            hostname, match, rule, route.createdAtMs(), PolicyMapping.id(route.key()), ruleIndex, i));
                }
            }
        }
        return candidates;
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
                .retry(RouteMapping.retry(rule.getRetry(), bodyBytesMax(policies.limits)))
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

    static LimitRules limitRules(@Nullable Attached attached) {
        Document.BackendTrafficPolicy policy = trafficPolicy(attached);
        return policy == null ? LimitRules.NONE : LimitRules.of(PolicyMapping.limits(policy));
    }

    private static long bodyBytesMax(@Nullable Attached attached) {
        Document.BackendTrafficPolicy policy = trafficPolicy(attached);
        return policy == null ? 0 : PolicyMapping.retriedBodyBytes(policy);
    }

    static Document.@Nullable BackendTrafficPolicy trafficPolicy(@Nullable Attached attached) {
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
}
