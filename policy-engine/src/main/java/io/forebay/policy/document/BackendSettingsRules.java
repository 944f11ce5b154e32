package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The same for what a BackendTrafficPolicy says of a Backend, and for which of its fields go with which targets
/// (decision 0020).
final class BackendSettingsRules {
    private static final String BACKEND = "Backend";
    private static final List<String> OF_BACKENDS = List.of(
            "circuitBreaker",
            "adaptiveConcurrency",
            "admissionControl",
            "loadBalancer",
            "healthCheck",
            "proxyProtocol",
            "dns",
            "hedging",
            "timeout",
            "tcpKeepalive",
            "connection");
    private static final List<String> OF_ROUTES =
            List.of("rateLimit", "split", "faultInjection", "retry", "compression", "requestBuffer");
    private static final List<String> OF_NEITHER = List.of("targetRefs", "mode");

    private static final int LIMIT_MAX = 1_000_000;
    private static final int THRESHOLD_MAX = 1_000;
    private static final String HASHED = "ConsistentHash";
    private static final String GRPC = "GRPC";
    private static final List<String> PROBES = List.of("http", "tcp", "grpc");

    static final RuleTable TABLE = RuleTable.of(
            cross("spec", BackendSettingsRules::fieldsFitTargets),
            range("spec.circuitBreaker.maxConnections", 1, LIMIT_MAX),
            range("spec.circuitBreaker.maxPendingRequests", 1, LIMIT_MAX),
            range("spec.circuitBreaker.maxParallelRequests", 1, LIMIT_MAX),
            cross("spec.circuitBreaker", BackendSettingsRules::limitsSaySomething),
            notYet("spec.circuitBreaker.maxParallelRetries"),
            range("spec.circuitBreaker.maxRequestsPerConnection", 1, LIMIT_MAX),
            notYet("spec.circuitBreaker.perEndpoint"),
            cross("spec.adaptiveConcurrency", BackendSettingsRules::limitsAreInOrder),
            range("spec.adaptiveConcurrency.minRequests", 1, LIMIT_MAX),
            range("spec.adaptiveConcurrency.maxRequests", 1, LIMIT_MAX),
            text("spec.adaptiveConcurrency.updateInterval", BackendSettingsRules::updateInterval),
            range("spec.adaptiveConcurrency.slackPercent", 0, 1_000),
            text("spec.adaptiveConcurrency.probeInterval", BackendSettingsRules::probeInterval),
            text("spec.admissionControl.samplingWindow", BackendSettingsRules::samplingWindow),
            cross("spec.admissionControl", BackendSettingsRules::percentsAreInRange),
            range("spec.admissionControl.rejectionAggression", 1, 100),
            range("spec.admissionControl.minRequestRate", 0, LIMIT_MAX),
            notYet("spec.admissionControl.successCriteria"),
            cross("spec.loadBalancer", BackendSettingsRules::hashIsHashed),
            text("spec.loadBalancer.slowStart.window", BackendSettingsRules::window),
            cross("spec.loadBalancer.consistentHash", BackendSettingsRules::sourceIsNamed),
            pattern("spec.loadBalancer.consistentHash.header.name", Patterns.HEADER, Patterns.HEADER_EXPECTED),
            pattern(
                    "spec.loadBalancer.consistentHash.cookie.name",
                    "[!#$%&'*+.^_`|~0-9A-Za-z-]+",
                    "the name of a cookie (RFC 6265)"),
            length("spec.loadBalancer.consistentHash.cookie.name", 1, 256),
            notYet("spec.loadBalancer.consistentHash.cookie.ttl"),
            notYet("spec.loadBalancer.consistentHash.cookie.attributes"),
            notYet("spec.loadBalancer.consistentHash.headers"),
            notYet("spec.loadBalancer.consistentHash.queryParams"),
            notYet("spec.loadBalancer.consistentHash.tableSize"),
            notYet("spec.loadBalancer.endpointOverride"),
            notYet("spec.loadBalancer.zoneAware.weightedZones"),
            notYet("spec.loadBalancer.zoneAware.preferLocal.minEndpointsThreshold"),
            notYet("spec.loadBalancer.zoneAware.preferLocal.percentageEnabled"),
            range("spec.loadBalancer.zoneAware.preferLocal.force.minEndpointsInZoneThreshold", 1, 64),
            cross("spec.healthCheck", BackendSettingsRules::somethingIsChecked),
            range("spec.healthCheck.panicThreshold", 0, 100),
            cross("spec.healthCheck.active", BackendSettingsRules::probeIsChosen),
            cross("spec.healthCheck.active", BackendSettingsRules::typeIsOfProbe),
            cross("spec", BackendSettingsRules::grpcIsNotOfOneClient),
            text("spec.healthCheck.active.interval", BackendSettingsRules::probeTime),
            text("spec.healthCheck.active.timeout", BackendSettingsRules::probeTime),
            range("spec.healthCheck.active.unhealthyThreshold", 1, THRESHOLD_MAX),
            range("spec.healthCheck.active.healthyThreshold", 1, THRESHOLD_MAX),
            pattern(
                    "spec.healthCheck.active.http.path",
                    "/[A-Za-z0-9._~!$&'()*+,;=:@/%?-]*",
                    "a path, with its query if there is one, such as /healthz"),
            length("spec.healthCheck.active.http.path", 1, 1_024),
            oneOf("spec.healthCheck.active.http.method", List.of("GET", "HEAD", "OPTIONS")),
            items("spec.healthCheck.active.http.expectedStatuses", 1, 64),
            unique("spec.healthCheck.active.http.expectedStatuses"),
            range("spec.healthCheck.active.http.expectedStatuses[]", 200, 599),
            notYet("spec.healthCheck.active.http.expectedResponse"),
            pattern("spec.healthCheck.active.http.hostname", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length("spec.healthCheck.active.http.hostname", 1, 253),
            length("spec.healthCheck.active.grpc.service", 1, 256),
            notYet("spec.healthCheck.active.initialJitter"),
            notYet("spec.healthCheck.active.overrides"),
            range("spec.healthCheck.passive.consecutive5XxErrors", 1, LIMIT_MAX),
            text("spec.healthCheck.passive.interval", BackendSettingsRules::ejectionTime),
            text("spec.healthCheck.passive.baseEjectionTime", BackendSettingsRules::ejectionTime),
            range("spec.healthCheck.passive.maxEjectionPercent", 0, 100),
            notYet("spec.healthCheck.passive.splitExternalLocalOriginErrors"),
            notYet("spec.healthCheck.passive.consecutiveLocalOriginFailures"),
            notYet("spec.healthCheck.passive.consecutiveGatewayErrors"),
            range("spec.healthCheck.passive.failurePercentageThreshold", 1, 100),
            cross("spec.dns", BackendSettingsRules::lookupsSaySomething),
            text("spec.dns.dnsRefreshRate", BackendSettingsRules::window),
            range("spec.hedging.percentile", 50, 99),
            text("spec.hedging.minDelay", BackendSettingsRules::hedgeDelay));

    private BackendSettingsRules() {}

    /// A policy is about routes or about Backends: their fields have nothing in common.
    private static void fieldsFitTargets(Yaml.Mapping spec, String path, Findings findings) {
        if (!(spec.value("targetRefs") instanceof Yaml.Sequence(var at, var refs)) || refs.isEmpty()) {
            return;
        }
        long backends = refs.stream().filter(BackendSettingsRules::isBackend).count();
        if (backends > 0 && backends < refs.size()) {
            findings.error(at, path + ".targetRefs", "a policy is about Backends or about routes, not both");
            return;
        }
        boolean isOfBackends = backends > 0;
        for (String field : isOfBackends ? OF_ROUTES : OF_BACKENDS) {
            Yaml.Entry entry = spec.entries().get(field);
            if (entry != null) {
                findings.error(
                        entry.keyAt(),
                        Binder.child(path, field),
                        isOfBackends ? "this is said of routes" : "this is said of Backends",
                        isOfBackends ? "a target of kind HTTPRoute, GRPCRoute or Gateway" : "a target of kind Backend");
            }
        }
        if (OF_NEITHER.containsAll(spec.entries().keySet())) {
            findings.error(
                    spec.at(),
                    path,
                    "the policy asks for nothing",
                    isOfBackends ? String.join(", ", OF_BACKENDS) : "rateLimit, split, faultInjection, retry");
        }
        if (isOfBackends
                && spec.value("mode") instanceof Yaml.Scalar mode
                && mode.text().equals("shadow")) {
            findings.error(mode.at(), path + ".mode", "a Backend cannot be used two ways at once", "enforce or off");
        }
    }

    private static boolean isBackend(Yaml ref) {
        return ref instanceof Yaml.Mapping mapping && BACKEND.equals(mapping.text("kind"));
    }

    private static void limitsSaySomething(Yaml.Mapping limits, String path, Findings findings) {
        if (limits.entries().isEmpty()) {
            findings.error(
                    limits.at(),
                    path,
                    "nothing is limited",
                    "maxConnections, maxPendingRequests, maxParallelRequests, maxRequestsPerConnection, or several");
        }
    }

    private static void limitsAreInOrder(Yaml.Mapping limits, String path, Findings findings) {
        long min = number(limits.value("minRequests"), BackendSettingsSpec.MIN_REQUESTS);
        long max = number(limits.value("maxRequests"), BackendSettingsSpec.MAX_REQUESTS);
        if (min > max) {
            findings.error(
                    limits.at(), path, "minRequests " + min + " is above maxRequests " + max, "no more than that");
        }
    }

    /// What is no number has an error of its own.
    private static long number(@Nullable Yaml node, int standard) {
        return node instanceof Yaml.Scalar scalar && scalar.text().matches("[0-9]{1,9}")
                ? Long.parseLong(scalar.text())
                : standard;
    }

    private static void percentsAreInRange(Yaml.Mapping control, String path, Findings findings) {
        percent(control, "minSuccessRate", 1, 100, path, findings);
        percent(control, "maxRejectionPercent", 0, 99, path, findings);
    }

    private static void percent(Yaml.Mapping control, String field, int min, int max, String path, Findings findings) {
        if (control.value(field) instanceof Yaml.Scalar scalar && !isWithin(scalar, min, max)) {
            findings.error(
                    scalar.at(), path + "." + field, "found " + scalar.found(), "a number from " + min + " to " + max);
        }
    }

    private static boolean isWithin(Yaml.Scalar scalar, int min, int max) {
        try {
            double number = Double.parseDouble(scalar.text());
            return number >= min && number <= max;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static void lookupsSaySomething(Yaml.Mapping dns, String path, Findings findings) {
        if (dns.entries().isEmpty()) {
            findings.error(
                    dns.at(),
                    path,
                    "nothing is said of lookups",
                    "dnsRefreshRate, respectDnsTtl, lookupFamily, or several");
        }
    }

    private static void hashIsHashed(Yaml.Mapping balancer, String path, Findings findings) {
        boolean isHashed = HASHED.equals(balancer.text("type"));
        Yaml hash = balancer.value("consistentHash");
        if (isHashed && hash == null) {
            findings.error(balancer.at(), path, "nothing says what is hashed", "the field consistentHash");
        } else if (!isHashed && hash != null) {
            findings.error(hash.at(), path + ".consistentHash", "nothing is hashed", "type: ConsistentHash");
        }
        Yaml slowStart = balancer.value("slowStart");
        if (isHashed && slowStart != null) {
            findings.error(
                    slowStart.at(),
                    path + ".slowStart",
                    "a request that is hashed goes to its endpoint, new or not",
                    "type: RoundRobin, LeastRequest or PeakEWMA");
        }
        Yaml zoneAware = balancer.value("zoneAware");
        if (isHashed && zoneAware != null) {
            findings.error(
                    zoneAware.at(),
                    path + ".zoneAware",
                    "a request that is hashed goes to its endpoint, in whichever zone",
                    "type: RoundRobin, LeastRequest or PeakEWMA");
        }
    }

    private static void sourceIsNamed(Yaml.Mapping hash, String path, Findings findings) {
        named(hash, "Header", "header", path, findings);
        named(hash, "Cookie", "cookie", path, findings);
    }

    private static void named(Yaml.Mapping hash, String type, String field, String path, Findings findings) {
        boolean isType = type.equals(hash.text("type"));
        Yaml named = hash.value(field);
        if (isType && named == null) {
            findings.error(hash.at(), path, "nothing says which " + field, "the field " + field);
        } else if (named != null && !isType) {
            findings.error(named.at(), path + "." + field, "no " + field + " is hashed", "type: " + type);
        }
    }

    private static void somethingIsChecked(Yaml.Mapping check, String path, Findings findings) {
        if (check.value("active") == null && check.value("passive") == null) {
            findings.error(check.at(), path, "nothing is checked", "active, passive, or both");
        }
    }

    /// `type: GRPC` says all there is to say of a server as a whole, as in Envoy Gateway.
    private static void probeIsChosen(Yaml.Mapping active, String path, Findings findings) {
        String type = active.text("type");
        if (type == null || !probes(active).isEmpty()) {
            RuleTable.exactlyOne(active, PROBES, path, findings);
        } else if (!GRPC.equals(type)) {
            findings.error(active.at(), path, "nothing says what is asked", "one of " + String.join(", ", PROBES));
        }
    }

    private static List<String> probes(Yaml.Mapping active) {
        return PROBES.stream().filter(active.entries()::containsKey).toList();
    }

    private static void typeIsOfProbe(Yaml.Mapping active, String path, Findings findings) {
        List<String> chosen = probes(active);
        String type = active.text("type");
        if (chosen.size() == 1 && type != null) {
            String expected = chosen.getFirst().toUpperCase(Locale.ROOT);
            if (!expected.equals(type)) {
                findings.error(
                        active.at(),
                        path,
                        "type: " + type + " does not go with " + chosen.getFirst(),
                        "type: " + expected);
            }
        }
    }

    /// A connection with a header is one client's, and so of HTTP/1.1.
    private static void grpcIsNotOfOneClient(Yaml.Mapping spec, String path, Findings findings) {
        if (spec.value("proxyProtocol") != null
                && spec.value("healthCheck") instanceof Yaml.Mapping check
                && check.value("active") instanceof Yaml.Mapping active
                && (active.value("grpc") != null || GRPC.equals(active.text("type")))) {
            findings.error(
                    active.at(),
                    path + ".healthCheck.active",
                    "with proxyProtocol HTTP/1.1 is spoken, and gRPC needs HTTP/2",
                    "http or tcp");
        }
    }

    private static @Nullable String window(String text) {
        return between(text, Duration.ofSeconds(1), Duration.ofHours(1), "1s to 1h");
    }

    private static @Nullable String updateInterval(String text) {
        return between(text, Duration.ofMillis(10), Duration.ofMinutes(1), "10ms to 1m");
    }

    private static @Nullable String probeInterval(String text) {
        return between(text, Duration.ofMinutes(1), Duration.ofHours(24), "1m to 24h");
    }

    private static @Nullable String samplingWindow(String text) {
        return between(text, Duration.ofSeconds(1), Duration.ofHours(1), "1s to 1h");
    }

    /// Probes are looked at ten times a second.
    private static @Nullable String probeTime(String text) {
        return between(text, Duration.ofMillis(100), Duration.ofHours(1), "100ms to 1h");
    }

    private static @Nullable String ejectionTime(String text) {
        return between(text, Duration.ofMillis(100), Duration.ofHours(24), "100ms to 24h");
    }

    private static @Nullable String hedgeDelay(String text) {
        return between(text, Duration.ofMillis(1), Duration.ofMinutes(1), "1ms to 1m");
    }

    static @Nullable String between(String text, Duration min, Duration max, String written) {
        Optional<Duration> duration = Gep2257.parse(text);
        return duration.isPresent()
                        && (duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0)
                ? "found \"" + text + "\"; expected " + written
                : null;
    }
}
