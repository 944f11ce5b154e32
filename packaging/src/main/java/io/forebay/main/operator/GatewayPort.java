package io.forebay.main.operator;

import io.forebay.admin.GatewayView;
import io.forebay.admin.Reply;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.overload.OverloadControl;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.overload.Pressure;
import io.forebay.gateway.schedule.ScheduleStatus;
import io.forebay.main.Version;
import io.forebay.mesh.EndpointState;
import io.forebay.mesh.discovery.NameStatus;
import io.forebay.mesh.resilience.BackendGuard;
import io.forebay.offload.JobId;
import io.forebay.offload.JobReader;
import io.forebay.offload.StoreHealth;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.reload.PolicyReloader;
import io.forebay.policy.schedule.SchedulePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The running gateway.
public final class GatewayPort implements GatewayView {
    /// What is supported, under the Gateway API's conformance names.
    private static final List<String> FEATURES = List.of(
            "Gateway",
            "GatewayPort8080",
            "GatewayHTTPListenerIsolation",
            "GatewayHTTPSListenerDetectMisdirectedRequests",
            "ReferenceGrant",
            "CookieSessionPersistence",
            "GRPCRoute",
            "GRPCRouteNamedRouteRule",
            "TLSRoute",
            "TLSRouteModeTerminate",
            "TLSRouteModeMixed",
            "TCPRoute",
            "HTTPRoute",
            "HTTPRouteParentRefPort",
            "HTTPRouteMethodMatching",
            "HTTPRouteQueryParamMatching",
            "HTTPRouteResponseHeaderModification",
            "HTTPRouteBackendRequestHeaderModification",
            "HTTPRoutePortRedirect",
            "HTTPRouteSchemeRedirect",
            "HTTPRoutePathRedirect",
            "HTTPRoute303RedirectStatusCode",
            "HTTPRoute307RedirectStatusCode",
            "HTTPRoute308RedirectStatusCode",
            "HTTPRouteHostRewrite",
            "HTTPRoutePathRewrite",
            "HTTPRouteRequestMirror",
            "HTTPRouteRequestMultipleMirrors",
            "HTTPRouteRequestPercentageMirror",
            "HTTPRouteCORS",
            "HTTPRouteRequestTimeout",
            "HTTPRouteBackendTimeout");

    private final Gateway gateway;
    private final PolicyReloader reloader;
    private final JobReader reader;
    private final Supplier<List<String>> listenFaults;
    private final Instant startedAt = Instant.now();

    public GatewayPort(
            Gateway gateway, PolicyReloader reloader, JobReader reader, Supplier<List<String>> listenFaults) {
        this.gateway = gateway;
        this.reloader = reloader;
        this.reader = reader;
        this.listenFaults = listenFaults;
    }

    @Override
    public Reply<Status> status() {
        List<Integer> open = gateway.status().ports();
        List<Listener> listeners = reloader.holder().current().listeners().stream()
                .filter(listener -> open.contains(listener.port()))
                .map(GatewayPort::listener)
                .toList();
        return Reply.done(new Status(
                Version.TEXT,
                gateway.status().transport(),
                reloader.holder().current().generation(),
                startedAt,
                listeners,
                gateway.guards().stream()
                        .filter(GatewayPort::isUnwell)
                        .map(GatewayPort::backend)
                        .toList(),
                gateway.names().stream().flatMap(GatewayPort::unresolved).toList(),
                overload()));
    }

    private Overload overload() {
        OverloadControl overload = gateway.overload();
        return new Overload(
                overload.stages().stream().map(OverloadStage::text).toList(),
                rounded(overload.level(Pressure.MEMORY)),
                rounded(overload.level(Pressure.LOOP_LAG)),
                rounded(overload.level(Pressure.CONNECTIONS)));
    }

    private static double rounded(double level) {
        return Math.round(level * 1000) / 1000.0;
    }

    private static Stream<Name> unresolved(NameStatus status) {
        String fault = status.fault();
        return fault == null
                ? Stream.empty()
                : Stream.of(new Name(status.hostname(), status.addresses(), status.failures(), fault));
    }

    private static boolean isUnwell(BackendGuard guard) {
        return IntStream.range(0, guard.breakers().size()).anyMatch(i -> guard.state(i) != EndpointState.HEALTHY);
    }

    private static Backend backend(BackendGuard guard) {
        return new Backend(
                guard.backend().id().toString(),
                guard.isPanic(System.nanoTime()),
                IntStream.range(0, guard.breakers().size())
                        .mapToObj(i -> new Endpoint(
                                guard.backend().endpoints().get(i).toString(),
                                guard.state(i).word()))
                        .toList());
    }

    private static Listener listener(ListenerPolicy policy) {
        String hostname = policy.hostname();
        return new Listener(policy.id(), policy.protocol().name(), hostname == null ? "*" : hostname, policy.port());
    }

    @Override
    public Reply<List<Part>> readiness() {
        List<Part> parts = new ArrayList<>();
        List<String> faults = listenFaults.get();
        parts.add(new Part("listeners", faults.isEmpty(), String.join("; ", faults)));
        List<String> http3Faults = gateway.http3Faults();
        if (!http3Faults.isEmpty()) {
            // Clients come by TCP: the instance is as ready as without.
            parts.add(new Part("http3", true, String.join("; ", http3Faults)));
        }
        StoreHealth health = reader.health();
        // While it waits, the process that has the store serves what needs it.
        boolean isOpen = switch (health.condition()) {
            case OPEN, DISK_LOW, WAITING -> true;
            case REOPENING, CLOSED -> false;
        };
        parts.add(new Part("store", isOpen, health.detail()));
        parts.add(new Part("process", !gateway.isLeaving(), gateway.isLeaving() ? "about to end" : ""));
        parts.add(new Part("policy", reloader.holder().current().generation() > 0, ""));
        parts.add(new Part("overload", true, shed()));
        return Reply.done(parts);
    }

    /// Told, and no reason to take the process out: others would have its load as well.
    private String shed() {
        OverloadControl overload = gateway.overload();
        List<String> stages =
                overload.stages().stream().map(OverloadStage::text).toList();
        return stages.isEmpty() ? "" : String.join(", ", stages) + " (" + overload.pressures() + ")";
    }

    @Override
    public Reply<List<Schedule>> schedules() {
        return Reply.done(
                gateway.schedules().stream().map(GatewayPort::schedule).toList());
    }

    private static Schedule schedule(ScheduleStatus status) {
        SchedulePolicy policy = status.schedule();
        JobId lastJob = status.lastJob();
        return new Schedule(
                policy.id(),
                policy.cron().toString(),
                policy.zone().getId(),
                policy.queue(),
                policy.isSuspended(),
                status.waiting(),
                policy.isSuspended() ? null : Instant.ofEpochMilli(status.nextMs()),
                lastJob == null ? null : lastJob.text());
    }

    @Override
    public Reply<List<String>> features() {
        return Reply.done(FEATURES);
    }
}
