package io.forebay.policy.compile;

import io.forebay.policy.BackendBalancing;
import io.forebay.policy.BackendConnections;
import io.forebay.policy.BackendDiscovery;
import io.forebay.policy.BackendHealthCheck;
import io.forebay.policy.BackendHedging;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.TransportPolicy;
import io.forebay.policy.document.BackendSettingsSpec;
import io.forebay.policy.document.BackendSpec;
import io.forebay.policy.document.BackendTrafficPolicySpec;
import io.forebay.policy.document.Document;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A backend as the runtime wants it, with what the BackendTrafficPolicy attached to it says and the defaults of
/// the policy language for the rest.
final class BackendMapping {
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(3);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
    private static final int UNHEALTHY_THRESHOLD = 3;
    private static final int HEALTHY_THRESHOLD = 1;
    private static final int CONSECUTIVE_ERRORS = 5;
    private static final Duration EJECTION_INTERVAL = Duration.ofSeconds(10);
    private static final Duration EJECTION_TIME = Duration.ofSeconds(30);
    private static final int EJECTION_PERCENT = 10;
    private static final Duration UPDATE_INTERVAL = Duration.ofMillis(100);
    private static final Duration PROBE_LIMIT_INTERVAL = Duration.ofMinutes(1);
    private static final int SLACK_PERCENT = 25;
    private static final Duration SAMPLING_WINDOW = Duration.ofSeconds(30);
    private static final double SUCCESS_PERCENT = 95;
    private static final double REJECTION_PERCENT = 80;
    private static final int MIN_REQUEST_RATE = 1;
    private static final int HEDGING_PERCENTILE = 95;
    private static final Duration HEDGING_DELAY = Duration.ofMillis(20);

    private BackendMapping() {}

    static BackendPolicy backend(
            Document.Backend backend,
            Material material,
            Document.@Nullable BackendTrafficPolicy policy,
            TransportPolicy transport) {
        BackendTrafficPolicySpec settings = policy == null ? null : policy.spec();
        List<BackendSpec.Endpoint> endpoints = EndpointChecks.endpoints(backend.spec(), material);
        return new BackendPolicy(
                PolicyMapping.id(backend.key()),
                endpoints.stream()
                        .filter(endpoint -> !isName(endpoint))
                        .map(BackendMapping::endpoint)
                        .toList(),
                settings == null ? BackendPolicy.Limits.DEFAULT : limits(settings),
                settings == null ? BackendBalancing.DEFAULT : balancing(settings.loadBalancer()),
                settings == null ? BackendHealthCheck.NONE : health(settings.healthCheck()),
                settings == null ? transport : withHeader(transport, settings.proxyProtocol()),
                discovery(endpoints, settings == null ? null : settings.dns()),
                settings == null ? null : hedging(settings.hedging()),
                settings == null ? BackendConnections.DEFAULT : ConnectionMapping.connections(settings));
    }

    private static boolean isName(BackendSpec.Endpoint endpoint) {
        return endpoint.fqdn() != null || endpoint.srv() != null;
    }

    private static BackendDiscovery discovery(
            List<BackendSpec.Endpoint> endpoints, BackendSettingsSpec.@Nullable Dns dns) {
        List<BackendDiscovery.Name> names = endpoints.stream()
                .filter(BackendMapping::isName)
                .map(BackendMapping::name)
                .toList();
        BackendDiscovery standard = BackendDiscovery.NONE;
        return dns == null
                ? new BackendDiscovery(names, standard.family(), standard.refreshNs(), standard.respectsTtl())
                : new BackendDiscovery(
                        names,
                        family(dns.lookupFamily()),
                        ns(dns.dnsRefreshRate(), Duration.ofNanos(standard.refreshNs())),
                        dns.respectDnsTtl() == null ? standard.respectsTtl() : dns.respectDnsTtl());
    }

    private static BackendDiscovery.Name name(BackendSpec.Endpoint endpoint) {
        return endpoint.fqdn() != null
                ? new BackendDiscovery.Name(
                        endpoint.fqdn().hostname(), endpoint.fqdn().port(), endpoint.zone())
                : new BackendDiscovery.Name(
                        Objects.requireNonNull(endpoint.srv(), "a name is fqdn or srv")
                                .hostname(),
                        0,
                        endpoint.zone());
    }

    private static BackendDiscovery.Family family(BackendSettingsSpec.@Nullable LookupFamily family) {
        return switch (family) {
            case null -> BackendDiscovery.NONE.family();
            case IPV4 -> BackendDiscovery.Family.IPV4;
            case IPV6 -> BackendDiscovery.Family.IPV6;
            case IPV4_PREFERRED -> BackendDiscovery.Family.IPV4_PREFERRED;
            case IPV6_PREFERRED -> BackendDiscovery.Family.IPV6_PREFERRED;
            case IPV4_AND_IPV6 -> BackendDiscovery.Family.IPV4_AND_IPV6;
        };
    }

    private static @Nullable BackendHedging hedging(BackendSettingsSpec.@Nullable Hedging hedging) {
        return hedging == null
                ? null
                : new BackendHedging(
                        or(hedging.percentile(), HEDGING_PERCENTILE), ns(hedging.minDelay(), HEDGING_DELAY));
    }

    private static TransportPolicy withHeader(
            TransportPolicy transport, BackendSettingsSpec.@Nullable ProxyProtocol header) {
        return header == null
                ? transport
                : transport.withProxyProtocol(
                        switch (header.version()) {
                            case V1 -> TransportPolicy.ProxyVersion.V1;
                            case V2 -> TransportPolicy.ProxyVersion.V2;
                        });
    }

    private static BackendPolicy.Endpoint endpoint(BackendSpec.Endpoint endpoint) {
        if (endpoint.unix() != null) {
            return new BackendPolicy.Endpoint(endpoint.unix().path(), 0, 1, endpoint.zone());
        }
        if (endpoint.ip() == null) {
            throw new IllegalStateException("an end point without address was accepted");
        }
        return new BackendPolicy.Endpoint(endpoint.ip().address(), endpoint.ip().port(), 1, endpoint.zone());
    }

    private static BackendPolicy.Limits limits(BackendTrafficPolicySpec settings) {
        BackendSettingsSpec.CircuitBreaker breaker = settings.circuitBreaker();
        BackendPolicy.Limits defaults = BackendPolicy.Limits.DEFAULT;
        return new BackendPolicy.Limits(
                breaker == null ? defaults.connectionsMax() : or(breaker.maxConnections(), defaults.connectionsMax()),
                breaker == null ? defaults.pendingMax() : or(breaker.maxPendingRequests(), defaults.pendingMax()),
                breaker == null
                        ? defaults.activeRequestsMax()
                        : or(breaker.maxParallelRequests(), defaults.activeRequestsMax()),
                adaptive(settings.adaptiveConcurrency()),
                admission(settings.admissionControl()));
    }

    private static BackendPolicy.@Nullable AdaptiveConcurrency adaptive(
            BackendSettingsSpec.@Nullable AdaptiveConcurrency adaptive) {
        return adaptive == null
                ? null
                : new BackendPolicy.AdaptiveConcurrency(
                        or(adaptive.minRequests(), BackendSettingsSpec.MIN_REQUESTS),
                        or(adaptive.maxRequests(), BackendSettingsSpec.MAX_REQUESTS),
                        ns(adaptive.updateInterval(), UPDATE_INTERVAL),
                        or(adaptive.slackPercent(), SLACK_PERCENT),
                        ns(adaptive.probeInterval(), PROBE_LIMIT_INTERVAL));
    }

    private static BackendPolicy.@Nullable AdmissionControl admission(
            BackendSettingsSpec.@Nullable AdmissionControl admission) {
        return admission == null
                ? null
                : new BackendPolicy.AdmissionControl(
                        ns(admission.samplingWindow(), SAMPLING_WINDOW),
                        or(admission.minSuccessRate(), SUCCESS_PERCENT),
                        or(admission.rejectionAggression(), 1),
                        or(admission.minRequestRate(), MIN_REQUEST_RATE),
                        or(admission.maxRejectionPercent(), REJECTION_PERCENT));
    }

    private static BackendBalancing balancing(BackendSettingsSpec.@Nullable LoadBalancer balancer) {
        if (balancer == null) {
            return BackendBalancing.DEFAULT;
        }
        BackendBalancing.Type type = switch (balancer.type()) {
            case ROUND_ROBIN -> BackendBalancing.Type.ROUND_ROBIN;
            case LEAST_REQUEST -> BackendBalancing.Type.LEAST_REQUEST;
            case CONSISTENT_HASH -> BackendBalancing.Type.CONSISTENT_HASH;
            case PEAK_EWMA -> BackendBalancing.Type.PEAK_EWMA;
        };
        return new BackendBalancing(
                type,
                balancer.slowStart() == null ? 0 : balancer.slowStart().window().toNanos(),
                balancer.consistentHash() == null ? null : hashKey(balancer.consistentHash()),
                balancer.zoneAware() == null
                        ? null
                        : preferLocal(balancer.zoneAware().preferLocal()));
    }

    private static BackendBalancing.PreferLocal preferLocal(BackendSettingsSpec.PreferLocal local) {
        return new BackendBalancing.PreferLocal(
                local.force() == null ? 0 : or(local.force().minEndpointsInZoneThreshold(), 1));
    }

    private static BackendBalancing.HashKey hashKey(BackendSettingsSpec.ConsistentHash hash) {
        return switch (hash.type()) {
            case SOURCE_IP -> new BackendBalancing.HashKey.SourceIp();
            case HEADER ->
                new BackendBalancing.HashKey.Header(name(hash.header()).toLowerCase(Locale.ROOT));
            case COOKIE -> new BackendBalancing.HashKey.Cookie(name(hash.cookie()));
        };
    }

    private static String name(BackendSettingsSpec.@Nullable Named named) {
        return Objects.requireNonNull(named, "a hash of a field without its name was accepted")
                .name();
    }

    private static BackendHealthCheck health(BackendSettingsSpec.@Nullable HealthCheck check) {
        return check == null
                ? BackendHealthCheck.NONE
                : new BackendHealthCheck(
                        active(check.active()),
                        passive(check.passive()),
                        or(check.panicThreshold(), BackendHealthCheck.PANIC_PERCENT_DEFAULT));
    }

    private static BackendHealthCheck.@Nullable Active active(BackendSettingsSpec.@Nullable Active active) {
        return active == null
                ? null
                : new BackendHealthCheck.Active(
                        ns(active.interval(), PROBE_INTERVAL),
                        ns(active.timeout(), PROBE_TIMEOUT),
                        or(active.unhealthyThreshold(), UNHEALTHY_THRESHOLD),
                        or(active.healthyThreshold(), HEALTHY_THRESHOLD),
                        probe(active));
    }

    private static BackendHealthCheck.Probe probe(BackendSettingsSpec.Active active) {
        BackendSettingsSpec.Http http = active.http();
        if (http != null) {
            return new BackendHealthCheck.Http(
                    http.method() == null ? "GET" : http.method(),
                    http.path(),
                    http.expectedStatuses().isEmpty() ? List.of(200) : http.expectedStatuses(),
                    http.hostname());
        }
        if (active.tcp() != null) {
            return new BackendHealthCheck.Tcp();
        }
        String service = active.grpc() == null ? null : active.grpc().service();
        return new BackendHealthCheck.Grpc(service == null ? "" : service);
    }

    private static BackendHealthCheck.@Nullable Passive passive(BackendSettingsSpec.@Nullable Passive passive) {
        return passive == null
                ? null
                : new BackendHealthCheck.Passive(
                        or(passive.consecutive5XxErrors(), CONSECUTIVE_ERRORS),
                        ns(passive.interval(), EJECTION_INTERVAL),
                        ns(passive.baseEjectionTime(), EJECTION_TIME),
                        or(passive.maxEjectionPercent(), EJECTION_PERCENT),
                        or(passive.failurePercentageThreshold(), 0));
    }

    private static double or(@Nullable Double said, double standard) {
        return said == null ? standard : said;
    }

    private static int or(@Nullable Integer said, int standard) {
        return said == null ? standard : said;
    }

    private static long ns(@Nullable Duration said, Duration standard) {
        return (said == null ? standard : said).toNanos();
    }
}
