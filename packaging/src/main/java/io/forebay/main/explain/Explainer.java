package io.forebay.main.explain;

import io.forebay.gateway.explain.Trial;
import io.forebay.gateway.explain.Trial.End;
import io.forebay.gateway.offload.OffloadTrial.Course;
import io.forebay.gateway.problem.Problem;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.Permit;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.offload.OffloadCondition;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Puts into words and places what a trial has found. Decides nothing.
final class Explainer {
    private final PolicyPlaces places;
    private final TrafficPolicies traffic;

    Explainer(PolicyPlaces places, TrafficPolicies traffic) {
        this.places = places;
        this.traffic = traffic;
    }

    Explanation of(String request, Trial trial) {
        RouteRule rule = trial.rule();
        return new Explanation(
                request,
                outcome(trial),
                trial.listener() == null
                        ? null
                        : new Explanation.Listener(
                                trial.listener().id(),
                                places.ofListener(trial.listener().id())),
                rule == null ? null : places.route(rule.id()),
                caller(trial.principal(), trial.permit()),
                policies(trial),
                trial.steps().stream().map(step -> step(step, trial)).toList(),
                trial.limits().stream().map(this::limit).toList(),
                rule == null || rule.offload() == null ? null : offload(rule.offload()),
                isDispatched(trial) && rule != null ? backends(rule.backends()) : List.of(),
                unknown(trial));
    }

    private static boolean isDispatched(Trial trial) {
        return trial.end() instanceof End.Dispatched;
    }

    // ---- the end

    private static Explanation.Outcome outcome(Trial trial) {
        return switch (trial.end()) {
            case End.Refused(Problem problem) -> refused(problem);
            case End.Answered(int status, String location) ->
                new Explanation.Outcome("answered", status, null, null, null, "the rule answers by itself", location);
            case End.JobEndpoint _ ->
                Explanation.Outcome.of(
                        "job-endpoint", null, "the job endpoints answer, by what they find in the store");
            case End.Dispatched(Course course) -> outcome(course);
        };
    }

    private static Explanation.Outcome refused(Problem problem) {
        String because = problem.type().title() + (problem.detail() == null ? "" : ": " + problem.detail());
        return new Explanation.Outcome(
                "refused",
                problem.status(),
                problem.type().uri(),
                problem.reason(),
                problem.flag().code(),
                because,
                null);
    }

    private static Explanation.Outcome outcome(Course course) {
        return switch (course) {
            case Course.Forward _ -> Explanation.Outcome.of("forwarded", null, "a backend answers");
            case Course.KeyedCall _ ->
                Explanation.Outcome.of(
                        "keyed-call", null, "a backend answers, once for all calls under the idempotency key");
            case Course.Job(boolean isJudged) ->
                Explanation.Outcome.of(
                        "job",
                        202,
                        isJudged
                                ? "it becomes a job, unless the store refuses it"
                                : "it becomes a job, if its body is valid by the schema of the queue (--body)");
            case Course.Jobs(var mode) ->
                Explanation.Outcome.of(
                        "jobs",
                        null,
                        "each line of its body becomes a job (" + mode.name().toLowerCase(Locale.ROOT) + ")");
            case Course.JobIfBodyExceeds(long bytes) ->
                Explanation.Outcome.of(
                        "job-if-longer",
                        null,
                        "it becomes a job if its body is longer than " + bytes + " bytes, else a backend answers");
            case Course.Refused(Problem problem) -> refused(problem);
        };
    }

    // ---- what each stage said

    private static Explanation.Step step(Trial.Step step, Trial trial) {
        String said = step.said().name().toLowerCase(Locale.ROOT);
        String because = switch (step.said()) {
            case REFUSED -> trial.end() instanceof End.Refused(Problem problem) ? problem.reason() : "";
            case ANSWERED -> "answered here";
            case PASSED -> passed(step.stage(), trial);
        };
        return new Explanation.Step(step.stage(), said, because, step.shadow());
    }

    private static String passed(String stage, Trial trial) {
        RouteRule rule = trial.rule();
        Principal principal = trial.principal();
        return switch (stage) {
            case "Match" -> rule == null ? "a job endpoint" : "rule " + rule.id();
            case "Identify" -> principal == null ? "" : principal.identity() + ", tenant " + principal.tenant();
            case "Authorize" -> trial.permit() == null ? "" : "allowed by " + allowedBy(trial);
            case "Throttle" -> trial.limits().isEmpty() ? "no limit" : "counted against " + names(trial.limits());
            case "Cors" -> rule == null || rule.cors() == null ? "no rule for other origins" : "not a preflight";
            case "Respond" -> "the rule has no answer of its own";
            case "Shed", "HandOn", "Admit" -> "taken to be so: only the running gateway knows";
            default -> "";
        };
    }

    private static String allowedBy(Trial trial) {
        boolean isOpen = securityOf(trial) == null;
        Permit permit = trial.permit();
        return permit == null || isOpen ? "no SecurityPolicy" : "rule " + permit.rule();
    }

    private static String names(List<Trial.Counted> limits) {
        return String.join(
                ", ", limits.stream().map(counted -> counted.limit().id()).toList());
    }

    private static @Nullable SecurityRule securityOf(Trial trial) {
        RouteRule rule = trial.rule();
        SecurityRule security = rule != null
                ? rule.security()
                : trial.listener() == null ? null : trial.listener().jobsSecurity();
        return security == null || security.mode() == PolicyMode.OFF ? null : security;
    }

    private static Explanation.@Nullable Caller caller(@Nullable Principal principal, @Nullable Permit permit) {
        return principal == null
                ? null
                : new Explanation.Caller(
                        principal.kind().name().toLowerCase(Locale.ROOT),
                        principal.identity(),
                        principal.tenant(),
                        permit == null ? null : permit.rule());
    }

    // ---- objects and their places

    /// Once each, in the order in which a request meets them.
    private List<Explanation.Policy> policies(Trial trial) {
        Set<Explanation.Policy> policies = new LinkedHashSet<>();
        RouteRule rule = trial.rule();
        ListenerPolicy listener = trial.listener();
        if (listener != null) {
            add(policies, traffic.ofListener(listener));
        }
        SecurityRule security = securityOf(trial);
        if (security != null) {
            policies.add(policy(Kind.SECURITY_POLICY, security.id(), security.mode()));
        }
        if (listener != null) {
            add(policies, traffic.ofCalls(rule == null ? null : rule.id(), listener.id()));
        }
        OffloadRule offload = rule == null ? null : rule.offload();
        if (offload != null && offload.mode() != PolicyMode.OFF) {
            policies.add(policy(Kind.OFFLOAD_POLICY, offload.id(), offload.mode()));
        }
        if (rule != null && isDispatched(trial)) {
            rule.backends().shares().forEach(share -> add(policies, traffic.ofBackend(share.name())));
        }
        return List.copyOf(policies);
    }

    private void add(Set<Explanation.Policy> policies, TrafficPolicies.@Nullable Found found) {
        if (found != null) {
            ObjectKey key = found.policy();
            policies.add(new Explanation.Policy(
                    key.toString(),
                    found.mode().name().toLowerCase(Locale.ROOT),
                    places.of(key.kind(), key.namespace() + "/" + key.name())));
        }
    }

    private Explanation.Policy policy(Kind kind, String id, PolicyMode mode) {
        return new Explanation.Policy(
                kind.kindName() + " " + id, mode.name().toLowerCase(Locale.ROOT), places.of(kind, id));
    }

    private Explanation.Limit limit(Trial.Counted counted) {
        LimitRule limit = counted.limit();
        String text = limit.requests() + " in " + TimeUnit.NANOSECONDS.toSeconds(limit.unitNs()) + " s, "
                + limit.burst() + " at once";
        String id = limit.id().substring(0, limit.id().lastIndexOf('/'));
        return new Explanation.Limit(
                limit.id(),
                text,
                counted.key(),
                limit.mode().name().toLowerCase(Locale.ROOT),
                places.of(Kind.BACKEND_TRAFFIC_POLICY, id));
    }

    private Explanation.Offload offload(OffloadRule offload) {
        return new Explanation.Offload(
                Kind.OFFLOAD_POLICY.kindName() + " " + offload.id(),
                places.of(Kind.OFFLOAD_POLICY, offload.id()),
                offload.queue(),
                places.of(Kind.QUEUE, offload.queue()),
                offload.clients().name().toLowerCase(Locale.ROOT),
                offload.conditions().stream().map(Explainer::condition).toList());
    }

    private static String condition(OffloadCondition condition) {
        return switch (condition) {
            case OffloadCondition.Always _ -> "always";
            case OffloadCondition.ClientPrefers _ -> "the client sends Prefer: respond-async";
            case OffloadCondition.Overloaded _ -> "the backend cannot be asked";
            case OffloadCondition.SlowerThan(long afterNs) ->
                "the call takes longer than " + TimeUnit.NANOSECONDS.toMillis(afterNs) + " ms";
            case OffloadCondition.BodyLargerThan(long bytes) -> "the body is longer than " + bytes + " bytes";
            case OffloadCondition.Expression _ -> "an expression holds";
        };
    }

    private List<Explanation.Backend> backends(BackendSplit split) {
        List<BackendSplit.Share> shares = split.shares();
        long total = shares.stream().mapToLong(BackendSplit.Share::weight).sum();
        List<Explanation.Backend> backends = new ArrayList<>();
        for (BackendSplit.Share share : shares) {
            double percent = total == 0 ? 0 : Math.round(1000.0 * share.weight() / total) / 10.0;
            backends.add(new Explanation.Backend(
                    share.name(), share.weight(), percent, share.fault(), places.of(Kind.BACKEND, share.name())));
        }
        return backends;
    }

    // ---- what cannot be known here

    private static List<String> unknown(Trial trial) {
        List<String> unknown = new ArrayList<>();
        if (!trial.limits().isEmpty()) {
            unknown.add("how much of each limit is left: each is taken to be unused");
        }
        if (isDispatched(trial)) {
            unknown.add("which endpoints are up, and whether a limit or a breaker of a backend stands in the way");
        }
        if (trial.end() instanceof End.Dispatched(Course course)) {
            if (course instanceof Course.Job || course instanceof Course.Jobs || course instanceof Course.KeyedCall) {
                unknown.add("what the store says: a queue that is full or paused, a key that was used before");
            }
            OffloadRule offload = trial.rule() == null ? null : trial.rule().offload();
            if (course instanceof Course.Forward && offload != null && offload.watchesCalls()) {
                unknown.add("how the call goes: it may still become a job");
            }
            BackendSplit split = trial.rule() == null ? null : trial.rule().backends();
            if (split != null && split.shares().size() > 1) {
                unknown.add("which of the backends it is this time");
            }
        }
        if (trial.rule() != null && trial.rule().faults() != null) {
            unknown.add("whether the rule's fault injection hits it");
        }
        return unknown;
    }
}
