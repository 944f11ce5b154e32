package io.forebay.main;

import io.forebay.mesh.AdaptiveConcurrency;
import io.forebay.mesh.AdmissionControl;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.ConnectionSettings;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointName;
import io.forebay.mesh.HashKey;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.Hedging;
import io.forebay.mesh.LoadBalancer;
import io.forebay.mesh.LocalZone;
import io.forebay.mesh.NameLookup;
import io.forebay.mesh.TcpKeepalive;
import io.forebay.policy.BackendBalancing;
import io.forebay.policy.BackendConnections;
import io.forebay.policy.BackendDiscovery;
import io.forebay.policy.BackendHealthCheck;
import io.forebay.policy.BackendHedging;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.TransportPolicy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A backend of a policy in the mesh's words. Pure.
final class BackendTranslation {
    private BackendTranslation() {}

    /// @param zone that the gateway is in, or null
    static Backend backend(BackendPolicy policy, @Nullable String zone) {
        return new Backend(
                BackendId.of(policy.id()),
                policy.endpoints().stream()
                        .map(endpoint -> new Endpoint(endpoint.host(), endpoint.port(), endpoint.weight())
                                .inZone(endpoint.zone()))
                        .toList(),
                limits(policy.limits()),
                loadBalancer(policy.balancing(), zone),
                health(policy.health()),
                transport(policy.transport()),
                discovery(policy.discovery()),
                hedging(policy.hedging()),
                connections(policy.connections()));
    }

    private static Discovery discovery(BackendDiscovery policy) {
        return new Discovery(
                policy.names().stream()
                        .map(name -> new EndpointName(name.hostname(), name.port(), name.zone()))
                        .toList(),
                new NameLookup(
                        switch (policy.family()) {
                            case IPV4 -> NameLookup.Family.IPV4;
                            case IPV6 -> NameLookup.Family.IPV6;
                            case IPV4_PREFERRED -> NameLookup.Family.IPV4_PREFERRED;
                            case IPV6_PREFERRED -> NameLookup.Family.IPV6_PREFERRED;
                            case IPV4_AND_IPV6 -> NameLookup.Family.IPV4_AND_IPV6;
                        },
                        policy.refreshNs(),
                        policy.respectsTtl()));
    }

    private static @Nullable Hedging hedging(@Nullable BackendHedging hedging) {
        return hedging == null ? null : new Hedging(hedging.percentile(), hedging.minDelayNs());
    }

    private static ConnectionSettings connections(BackendConnections policy) {
        BackendConnections.Keepalive keepalive = policy.keepalive();
        return new ConnectionSettings(
                policy.connectTimeoutNs(),
                policy.idleTimeoutNs(),
                policy.durationMaxNs(),
                policy.requestsMax(),
                policy.preconnected(),
                keepalive == null
                        ? null
                        : new TcpKeepalive(keepalive.probes(), keepalive.idleSeconds(), keepalive.intervalSeconds()));
    }

    private static BackendLimits limits(BackendPolicy.Limits policy) {
        BackendPolicy.AdaptiveConcurrency adaptive = policy.adaptive();
        BackendPolicy.AdmissionControl admission = policy.admission();
        return new BackendLimits(
                policy.connectionsMax(),
                Math.max(1, policy.pendingMax()),
                policy.activeRequestsMax(),
                adaptive == null
                        ? null
                        : new AdaptiveConcurrency(
                                adaptive.limitMin(),
                                adaptive.limitMax(),
                                adaptive.windowNs(),
                                adaptive.slackPercent() / 100.0,
                                adaptive.probeNs()),
                admission == null
                        ? null
                        : new AdmissionControl(
                                admission.windowNs(),
                                admission.successPercentMin() / 100,
                                admission.aggression(),
                                admission.requestsPerSecondMin(),
                                admission.rejectionPercentMax() / 100));
    }

    private static BackendTransport transport(TransportPolicy policy) {
        TransportPolicy.Tls tls = policy.tls();
        return new BackendTransport(
                switch (policy.http()) {
                    case ANY -> BackendTransport.Http.ANY;
                    case VERSION_1 -> BackendTransport.Http.VERSION_1;
                    case VERSION_2 -> BackendTransport.Http.VERSION_2;
                },
                tls == null ? null : tls(tls),
                switch (policy.proxyProtocol()) {
                    case null -> null;
                    case V1 -> BackendTransport.ProxyVersion.V1;
                    case V2 -> BackendTransport.ProxyVersion.V2;
                });
    }

    private static BackendTls tls(TransportPolicy.Tls policy) {
        ServerCertificate shown = policy.clientCertificate();
        return new BackendTls(
                policy.serverName(),
                policy.caPem(),
                policy.subjectAltNames().stream().map(BackendTranslation::name).toList(),
                shown == null ? null : new BackendTls.Identity(shown.chainPem(), shown.keyPem()));
    }

    private static BackendTls.SubjectAltName name(TransportPolicy.AltName name) {
        return switch (name.type()) {
            case HOSTNAME -> new BackendTls.SubjectAltName.Dns(name.value());
            case URI -> new BackendTls.SubjectAltName.Uri(name.value());
        };
    }

    private static LoadBalancer loadBalancer(BackendBalancing balancing, @Nullable String zone) {
        Balance balance = switch (balancing.type()) {
            case ROUND_ROBIN -> Balance.ROUND_ROBIN;
            case LEAST_REQUEST -> Balance.LEAST_REQUEST;
            case CONSISTENT_HASH -> Balance.CONSISTENT_HASH;
            case PEAK_EWMA -> Balance.PEAK_EWMA;
        };
        BackendBalancing.PreferLocal local = balancing.preferLocal();
        return new LoadBalancer(
                balance,
                balancing.slowStartNs(),
                hashKey(balancing.hashKey()),
                local == null || zone == null ? null : new LocalZone(zone, local.forcedEndpoints()));
    }

    private static @Nullable HashKey hashKey(BackendBalancing.@Nullable HashKey key) {
        return switch (key) {
            case null -> null;
            case BackendBalancing.HashKey.SourceIp _ -> new HashKey.SourceIp();
            case BackendBalancing.HashKey.Header(var name) -> new HashKey.Header(name);
            case BackendBalancing.HashKey.Cookie(var name) -> new HashKey.Cookie(name);
        };
    }

    private static HealthCheck health(BackendHealthCheck check) {
        return new HealthCheck(active(check.active()), passive(check.passive()), check.panicPercent());
    }

    private static HealthCheck.@Nullable Active active(BackendHealthCheck.@Nullable Active active) {
        return active == null
                ? null
                : new HealthCheck.Active(
                        active.intervalNs(),
                        active.timeoutNs(),
                        active.unhealthyThreshold(),
                        active.healthyThreshold(),
                        probe(active.probe()));
    }

    private static HealthCheck.Probe probe(BackendHealthCheck.Probe probe) {
        return switch (probe) {
            case BackendHealthCheck.Tcp _ -> new HealthCheck.Probe.Tcp();
            case BackendHealthCheck.Http http ->
                new HealthCheck.Probe.Http(
                        http.method(), http.path(), Set.copyOf(http.expectedStatuses()), http.hostname());
            case BackendHealthCheck.Grpc(var service) -> new HealthCheck.Probe.Grpc(service);
        };
    }

    private static HealthCheck.@Nullable Passive passive(BackendHealthCheck.@Nullable Passive passive) {
        return passive == null
                ? null
                : new HealthCheck.Passive(
                        passive.consecutive5XxErrors(),
                        passive.intervalNs(),
                        passive.baseEjectionNs(),
                        passive.maxEjectionPercent(),
                        passive.failurePercentMax());
    }
}
