package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.ScheduleSpec;
import io.forebay.policy.schedule.CronExpression;
import io.forebay.policy.schedule.SchedulePolicy;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// A Schedule: is there a queue for its jobs, a rule that they call, and a host that they name.
final class ScheduleChecks {
    private static final int PRIORITY_DEFAULT = 5;

    private ScheduleChecks() {}

    static Checked check(Document.Schedule schedule, Scope scope) {
        Header header = schedule.header();
        ScheduleSpec spec = schedule.spec();
        Checked checked = Checked.begin(header);
        ObjectKey queue = new ObjectKey(Kind.QUEUE, header.key().namespace(), spec.queue());
        LiveObject live = scope.find(queue.kind(), queue.namespace(), queue.name());
        boolean isTaken = live != null && SchemaChecks.takes(schedule, live, checked.faults());
        if (live == null) {
            checked.faults().error(header.at("spec.queue"), "spec.queue", "there is no sound " + queue);
        }
        Attachments.Target target = PolicyChecks.target(header, spec.targetRef());
        String problem = target == null ? "no rule of that kind" : PolicyChecks.problem(target, scope);
        if (problem != null) {
            checked.faults().error(header.at("spec.targetRef"), "spec.targetRef", problem);
        }
        String hostname = hostname(schedule, scope);
        if (problem == null && hostname == null) {
            checked.faults()
                    .error(
                            header.at("spec.request"),
                            "spec.request",
                            "nothing says which host the jobs call: the route has no hostname without *",
                            "the field hostname");
        }
        return isTaken && problem == null && hostname != null ? checked.with(new Material.None()) : checked;
    }

    /// What the jobs name as their host, or null.
    private static @Nullable String hostname(Document.Schedule schedule, Scope scope) {
        String own = schedule.spec().request().hostname();
        ObjectKey key = route(schedule);
        LiveObject route = scope.find(key.kind(), key.namespace(), key.name());
        return own == null
                        && route != null
                        && route.document() instanceof Document.HttpRoute(var header, HTTPRouteSpec spec)
                ? spec.getHostnames().stream()
                        .filter(hostname -> !hostname.startsWith("*"))
                        .findFirst()
                        .orElse(null)
                : own;
    }

    private static ObjectKey route(Document.Schedule schedule) {
        return new ObjectKey(
                Kind.HTTP_ROUTE,
                schedule.key().namespace(),
                schedule.spec().targetRef().name());
    }

    /// A checked Schedule with its defaults. Null once its route is gone or names no host any more: then nothing is
    /// submitted that could not be called.
    static @Nullable SchedulePolicy policy(Document.Schedule schedule, Scope scope) {
        ScheduleSpec spec = schedule.spec();
        String hostname = hostname(schedule, scope);
        String id = PolicyMapping.id(schedule.key());
        return hostname == null
                ? null
                : new SchedulePolicy(
                        id,
                        CronExpression.of(spec.schedule()),
                        ZoneId.of(spec.timeZone() == null ? "UTC" : spec.timeZone()),
                        spec.jitter() == null ? 0 : spec.jitter().toMillis(),
                        switch (spec.concurrencyPolicy()) {
                            case null -> SchedulePolicy.Concurrency.ALLOW;
                            case ALLOW -> SchedulePolicy.Concurrency.ALLOW;
                            case FORBID -> SchedulePolicy.Concurrency.FORBID;
                            case REPLACE -> SchedulePolicy.Concurrency.REPLACE;
                        },
                        missedRuns(spec.missedRuns()),
                        spec.suspend() != null && spec.suspend(),
                        PolicyMapping.id(route(schedule)) + "/"
                                + spec.targetRef().sectionName(),
                        schedule.key().namespace() + "/" + spec.queue(),
                        spec.tenant() == null ? id : spec.tenant(),
                        spec.priority() == null ? PRIORITY_DEFAULT : spec.priority(),
                        request(spec.request(), hostname));
    }

    private static SchedulePolicy.MissedRuns missedRuns(ScheduleSpec.@Nullable MissedRuns spec) {
        SchedulePolicy.MissedRuns defaults = SchedulePolicy.MissedRuns.DEFAULT;
        if (spec == null) {
            return defaults;
        }
        Duration within = spec.within();
        return new SchedulePolicy.MissedRuns(
                switch (spec.policy()) {
                    case null -> defaults.madeUp();
                    case SKIP -> SchedulePolicy.MadeUp.NONE;
                    case LAST -> SchedulePolicy.MadeUp.LAST;
                    case ALL -> SchedulePolicy.MadeUp.ALL;
                },
                within == null ? defaults.withinMs() : within.toMillis());
    }

    private static SchedulePolicy.Request request(ScheduleSpec.Request spec, String hostname) {
        return new SchedulePolicy.Request(
                spec.method() == null ? "POST" : spec.method(),
                spec.path(),
                hostname,
                spec.headers().stream()
                        .map(header -> new SchedulePolicy.Header(header.name(), header.value()))
                        .toList(),
                spec.body() == null ? "" : spec.body());
    }
}
