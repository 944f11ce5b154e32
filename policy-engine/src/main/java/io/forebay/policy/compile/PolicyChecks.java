package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.BackendSettingsSpec;
import io.forebay.policy.document.BackendTrafficPolicySpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.OffloadPolicySpec;
import io.forebay.policy.document.SecurityPolicySpec;
import io.forebay.policy.document.TargetRef;
import io.forebay.policy.offload.SigningKeys;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What all policies have in common, their targets, and what OffloadPolicies need beside. A policy of which some
/// target exists can be used for that one.
final class PolicyChecks {

    private PolicyChecks() {}

    static Checked targets(Header header, List<TargetRef> refs, @Nullable Mode mode, Scope scope) {
        Checked checked = Checked.begin(header);
        boolean isAttached = false;
        for (int i = 0; i < refs.size(); i++) {
            isAttached |= checkTarget(header, refs.get(i), mode, "spec.targetRefs[" + i + "]", scope, checked.faults());
        }
        return isAttached ? checked.with(new Material.None()) : checked;
    }

    /// A BackendTrafficPolicy, and whether its Backends can be spoken to as it wants.
    static Checked traffic(Document.BackendTrafficPolicy policy, Scope scope) {
        Header header = policy.header();
        BackendTrafficPolicySpec spec = policy.spec();
        Checked checked = targets(header, spec.targetRefs(), spec.mode(), scope);
        if (spec.proxyProtocol() != null) {
            checked = withoutHttp2(policy, scope, checked);
        }
        return asksByGrpc(spec) ? withHttp2(policy, scope, checked) : checked;
    }

    private static boolean asksByGrpc(BackendTrafficPolicySpec spec) {
        BackendSettingsSpec.Active active =
                spec.healthCheck() == null ? null : spec.healthCheck().active();
        return active != null && active.http() == null && active.tcp() == null;
    }

    private static Checked withHttp2(Document.BackendTrafficPolicy policy, Scope scope, Checked checked) {
        for (TargetRef ref : policy.spec().targetRefs()) {
            Target target = target(policy.header(), ref);
            String problem = target == null ? null : BackendTransports.grpcProblem(target.object(), scope);
            if (problem != null) {
                String path = "spec.healthCheck.active.grpc";
                checked.faults().error(policy.header().at(path), path, problem, "http or tcp");
                return checked.without();
            }
        }
        return checked;
    }

    /// A connection with a header is one client's; one of HTTP/2 is made for the calls of many.
    private static Checked withoutHttp2(Document.BackendTrafficPolicy policy, Scope scope, Checked checked) {
        for (TargetRef ref : policy.spec().targetRefs()) {
            Target target = target(policy.header(), ref);
            boolean isOfGrpc = target != null && scope.routes().isCalledByGrpc(target.object());
            if (target != null && (isOfGrpc || BackendTransports.isHttp2(target.object(), scope))) {
                String path = "spec.proxyProtocol";
                checked.faults()
                        .error(
                                policy.header().at(path),
                                path,
                                target.object() + " speaks HTTP/2, whose connections are shared between clients",
                                "a Backend without appProtocols: [kubernetes.io/h2c], that no GRPCRoute names");
                return checked.without();
            }
        }
        return checked;
    }

    private static boolean checkTarget(
            Header header, TargetRef ref, @Nullable Mode mode, String path, Scope scope, Findings faults) {
        Target target = target(header, ref);
        String problem = target == null ? "no kind " + ref.kind() + " can be a target" : problem(target, scope);
        if (problem == null && target != null && mode != Mode.OFF) {
            Attached other = scope.attachments(header.key().kind()).at(target);
            if (other != null && !other.policy().equals(header.key())) {
                problem = other.policy() + " is attached here already";
            }
        }
        if (problem != null) {
            faults.error(header.at(path), path, problem);
        }
        return problem == null;
    }

    /// The place that a reference names, in the policy's own namespace; null where its kind takes no policies.
    static @Nullable Target target(Header header, TargetRef ref) {
        return Kind.find(ref.group(), ref.kind())
                .map(kind -> new Target(new ObjectKey(kind, header.key().namespace(), ref.name()), ref.sectionName()))
                .orElse(null);
    }

    /// Why nothing can be attached there, or null.
    static @Nullable String problem(Target target, Scope scope) {
        ObjectKey key = target.object();
        if (scope.isClosed(key)) {
            return null;
        }
        LiveObject object = scope.find(key.kind(), key.namespace(), key.name());
        if (object == null) {
            return "there is no sound " + key;
        }
        return target.section() == null || hasSection(object.document(), target.section())
                ? null
                : key + " has no " + (key.kind() == Kind.GATEWAY ? "listener" : "rule") + " named " + target.section();
    }

    private static boolean hasSection(Document document, String name) {
        return switch (document) {
            case Document.Gateway(var header, var spec) ->
                spec.getListeners().stream().map(Listener::getName).anyMatch(name::equals);
            case Document.RequestRoute route ->
                route.spec().getRules().stream().map(HTTPRouteRule::getName).anyMatch(name::equals);
            case Document.ConnectionRoute _ -> false;
            case Document.Backend _ -> false;
            case Document.BackendTlsPolicy _ -> false;
            case Document.FileSecret _ -> false;
            case Document.Secret _ -> false;
            case Document.ConfigMap _ -> false;
            case Document.SecurityPolicy _ -> false;
            case Document.BackendTrafficPolicy _ -> false;
            case Document.ClientTrafficPolicy _ -> false;
            case Document.OffloadPolicy _ -> false;
            case Document.Queue _ -> false;
            case Document.Schedule _ -> false;
            case Document.ReferenceGrant _ -> false;
            case Document.HttpRouteFilter _ -> false;
        };
    }

    /// @param kept has the keys that a last good version signs with, whatever has become of its secret
    static Checked offload(Document.OffloadPolicy policy, @Nullable Material kept, Scope scope) {
        OffloadPolicySpec spec = policy.spec();
        Header header = policy.header();
        Checked checked = targets(header, spec.targetRefs(), spec.mode(), scope);
        boolean hasQueue = scope.find(Kind.QUEUE, header.key().namespace(), spec.queue()) != null;
        if (!hasQueue) {
            checked.faults()
                    .error(
                            header.at("spec.queue"),
                            "spec.queue",
                            "there is no sound "
                                    + new ObjectKey(Kind.QUEUE, header.key().namespace(), spec.queue()));
        }
        boolean isSafe = spec.anonymous() == OffloadPolicySpec.Anonymous.CAPABILITY;
        if (!isSafe) {
            isSafe = true;
            for (int i = 0; i < spec.targetRefs().size(); i++) {
                Target target = target(header, spec.targetRefs().get(i));
                if (target != null && problem(target, scope) == null && !isAuthenticated(target, scope)) {
                    isSafe = false;
                    String path = "spec.targetRefs[" + i + "]";
                    checked.faults()
                            .error(
                                    header.at(path),
                                    path,
                                    "the route has no enforced SecurityPolicy, so nobody could be told from anybody when asking for a job's result",
                                    "a SecurityPolicy, or anonymous: capability");
                }
            }
        }
        boolean isTimely = isWithinTimeouts(policy, scope, checked);
        boolean isSound = hasQueue && isSafe && isTimely;
        if (spec.callback() != null) {
            SigningKeys keys = kept instanceof Material.Webhooks(SigningKeys before)
                    ? before
                    : CallbackChecks.keys(header, spec.callback(), scope, checked.faults());
            checked = keys == null || checked.material() == null ? checked : checked.with(new Material.Webhooks(keys));
            isSound &= keys != null;
        }
        return isSound ? checked : new Checked(null, checked.faults(), checked.degraded());
    }

    /// Whether calls last long enough to be handed over: after `timeouts.request` there is nothing left to hand over.
    private static boolean isWithinTimeouts(Document.OffloadPolicy policy, Scope scope, Checked checked) {
        boolean isTimely = true;
        List<OffloadPolicySpec.When> conditions = policy.spec().when();
        for (int i = 0; i < conditions.size(); i++) {
            Duration slowerThan = conditions.get(i).slowerThan();
            long timeoutNs = slowerThan == null ? 0 : leastTimeoutNs(policy, scope);
            if (slowerThan != null && timeoutNs > 0 && slowerThan.toNanos() >= timeoutNs) {
                isTimely = false;
                String path = "spec.when[" + i + "].slowerThan";
                checked.faults()
                        .error(
                                policy.header().at(path),
                                path,
                                "the rule's timeouts end the call before it could be handed over",
                                "less than timeouts.request and timeouts.backendRequest of the rule");
            }
        }
        return isTimely;
    }

    /// The shortest time limit of the policy's rules, 0 for none.
    private static long leastTimeoutNs(Document.OffloadPolicy policy, Scope scope) {
        long least = 0;
        for (TargetRef ref : policy.spec().targetRefs()) {
            Target target = target(policy.header(), ref);
            if (target == null) {
                continue;
            }
            ObjectKey key = target.object();
            LiveObject object = scope.find(key.kind(), key.namespace(), key.name());
            if (object != null && object.document() instanceof Document.RequestRoute route) {
                for (HTTPRouteRule rule : route.spec().getRules()) {
                    if (rule.getTimeouts() != null && Objects.equals(rule.getName(), target.section())) {
                        least = lesser(
                                least, RouteMapping.timeoutNs(rule.getTimeouts().getRequest()));
                        least = lesser(
                                least, RouteMapping.timeoutNs(rule.getTimeouts().getBackendRequest()));
                    }
                }
            }
        }
        return least;
    }

    private static long lesser(long one, long other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /// Whether every listener that serves the rule knows who is calling.
    private static boolean isAuthenticated(Target rule, Scope scope) {
        Attachments security = scope.attachments(Kind.SECURITY_POLICY);
        Attached ofRule = security.ofRule(rule.object(), rule.section());
        if (ofRule != null) {
            return isEnforced(ofRule);
        }
        ObjectKey route = rule.object();
        LiveObject object = scope.find(route.kind(), route.namespace(), route.name());
        if (object == null || !(object.material() instanceof Material.Attached(List<Parent> parents))) {
            return scope.isClosed(route);
        }
        return parents.stream()
                .map(parent -> security.ofListener(parent.gateway(), parent.listener()))
                .allMatch(attached -> attached != null && isEnforced(attached));
    }

    private static boolean isEnforced(Attached attached) {
        return switch (attached) {
            case Attached.Broken _ -> true;
            case Attached.Good(var object) ->
                object.document() instanceof Document.SecurityPolicy(var header, SecurityPolicySpec spec)
                        && (spec.mode() == null || Objects.equals(spec.mode(), Mode.ENFORCE));
        };
    }
}
