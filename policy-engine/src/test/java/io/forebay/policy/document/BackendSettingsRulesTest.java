package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendSettingsRulesTest {
    private static final String TO_BACKEND = "{group: forebay.io, kind: Backend, name: b}";
    private static final String TO_ROUTE = "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}";
    private static final String TARGET = "targetRefs: [" + TO_BACKEND + "], ";
    private static final String LIMIT = "rateLimit: {local: {rules: [{name: a, limit: {requests: 1, unit: Hour}}]}}";
    private static final String HASH = TARGET + "loadBalancer: {type: ConsistentHash, consistentHash: ";
    private static final String ACTIVE = TARGET + "healthCheck: {active: {tcp: {}, ";
    private static final String HTTP = TARGET + "healthCheck: {active: {http: {path: /, ";
    private static final String PASSIVE = TARGET + "healthCheck: {passive: {";

    static List<RuleCase> cases() {
        String manyStatuses =
                IntStream.range(200, 265).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return RuleCase.all(
                TARGET + LIMIT,
                "spec.rateLimit: this is said of routes; expected a target of kind HTTPRoute, GRPCRoute or Gateway",
                "targetRefs: [" + TO_ROUTE + "], circuitBreaker: {maxConnections: 1}",
                "spec.circuitBreaker: this is said of Backends; expected a target of kind Backend",
                "targetRefs: [" + TO_ROUTE + "], loadBalancer: {type: RoundRobin}",
                "spec.loadBalancer: this is said of Backends",
                "targetRefs: [" + TO_ROUTE + "], healthCheck: {passive: {}}",
                "spec.healthCheck: this is said of Backends",
                "targetRefs: [" + TO_ROUTE + "], proxyProtocol: {version: V2}",
                "spec.proxyProtocol: this is said of Backends",
                "targetRefs: [" + TO_ROUTE + "], hedging: {}",
                "spec.hedging: this is said of Backends",
                TARGET + "hedging: {percentile: 49}",
                "spec.hedging.percentile: found the number 49; expected a number from 50 to 99",
                TARGET + "hedging: {percentile: 100}",
                "spec.hedging.percentile: found the number 100; expected a number from 50 to 99",
                TARGET + "hedging: {minDelay: 0s}",
                "spec.hedging.minDelay: found \"0s\"; expected 1ms to 1m",
                TARGET + "hedging: {minDelay: 61s}",
                "spec.hedging.minDelay: found \"61s\"; expected 1ms to 1m",
                TARGET + "proxyProtocol: {}",
                "spec.proxyProtocol: the field version is missing",
                TARGET + "proxyProtocol: {version: v2}",
                "spec.proxyProtocol.version: found \"v2\"",
                "targetRefs: [" + TO_BACKEND + ", " + TO_ROUTE + "], circuitBreaker: {maxConnections: 1}",
                "spec.targetRefs: a policy is about Backends or about routes, not both",
                TARGET,
                "spec: the policy asks for nothing; expected circuitBreaker, adaptiveConcurrency, admissionControl",
                "targetRefs: [" + TO_ROUTE + "]",
                "spec: the policy asks for nothing; expected rateLimit",
                TARGET + "mode: shadow, circuitBreaker: {maxConnections: 1}",
                "spec.mode: a Backend cannot be used two ways at once; expected enforce or off",
                TARGET + "circuitBreaker: {}",
                "spec.circuitBreaker: nothing is limited; expected maxConnections, maxPendingRequests",
                TARGET + "circuitBreaker: {maxConnections: 0}",
                "spec.circuitBreaker.maxConnections: found the number 0; expected a number from 1 to 1000000",
                TARGET + "circuitBreaker: {maxPendingRequests: 0}",
                "spec.circuitBreaker.maxPendingRequests: found the number 0",
                TARGET + "circuitBreaker: {maxParallelRequests: 1000001}",
                "spec.circuitBreaker.maxParallelRequests: found the number 1000001",
                TARGET + "circuitBreaker: {maxParallelRetries: 1}",
                "spec.circuitBreaker.maxParallelRetries: this field is not supported yet",
                TARGET + "circuitBreaker: {maxRequestsPerConnection: 0}",
                "spec.circuitBreaker.maxRequestsPerConnection: found the number 0",
                TARGET + "circuitBreaker: {perEndpoint: {}}",
                "spec.circuitBreaker.perEndpoint: this field is not supported yet",
                "targetRefs: [" + TO_ROUTE + "], adaptiveConcurrency: {}",
                "spec.adaptiveConcurrency: this is said of Backends; expected a target of kind Backend",
                "targetRefs: [" + TO_ROUTE + "], admissionControl: {}",
                "spec.admissionControl: this is said of Backends; expected a target of kind Backend",
                TARGET + "adaptiveConcurrency: {minRequests: 11, maxRequests: 10}",
                "spec.adaptiveConcurrency: minRequests 11 is above maxRequests 10",
                TARGET + "adaptiveConcurrency: {minRequests: 1001}",
                "spec.adaptiveConcurrency: minRequests 1001 is above maxRequests 1000",
                TARGET + "adaptiveConcurrency: {minRequests: 0}",
                "spec.adaptiveConcurrency.minRequests: found the number 0",
                TARGET + "adaptiveConcurrency: {maxRequests: 1000001}",
                "spec.adaptiveConcurrency.maxRequests: found the number 1000001",
                TARGET + "adaptiveConcurrency: {updateInterval: 9ms}",
                "spec.adaptiveConcurrency.updateInterval: found \"9ms\"; expected 10ms to 1m",
                TARGET + "adaptiveConcurrency: {slackPercent: 1001}",
                "spec.adaptiveConcurrency.slackPercent: found the number 1001",
                TARGET + "adaptiveConcurrency: {probeInterval: 30s}",
                "spec.adaptiveConcurrency.probeInterval: found \"30s\"; expected 1m to 24h",
                TARGET + "admissionControl: {samplingWindow: 500ms}",
                "spec.admissionControl.samplingWindow: found \"500ms\"; expected 1s to 1h",
                TARGET + "admissionControl: {minSuccessRate: 0.5}",
                "spec.admissionControl.minSuccessRate: found the number 0.5; expected a number from 1 to 100",
                TARGET + "admissionControl: {rejectionAggression: 0}",
                "spec.admissionControl.rejectionAggression: found the number 0",
                TARGET + "admissionControl: {minRequestRate: 1000001}",
                "spec.admissionControl.minRequestRate: found the number 1000001",
                TARGET + "admissionControl: {maxRejectionPercent: 99.5}",
                "spec.admissionControl.maxRejectionPercent: found the number 99.5; expected a number from 0 to 99",
                TARGET + "admissionControl: {successCriteria: {}}",
                "spec.admissionControl.successCriteria: this field is not supported yet",
                TARGET + "loadBalancer: {}",
                "spec.loadBalancer: the field type is missing",
                TARGET + "loadBalancer: {type: Random}",
                "spec.loadBalancer.type: found \"Random\"; expected one of RoundRobin, LeastRequest",
                TARGET + "loadBalancer: {type: ConsistentHash}",
                "spec.loadBalancer: nothing says what is hashed; expected the field consistentHash",
                TARGET + "loadBalancer: {type: RoundRobin, consistentHash: {type: SourceIP}}",
                "spec.loadBalancer.consistentHash: nothing is hashed; expected type: ConsistentHash",
                HASH + "{type: SourceIP}, slowStart: {window: 30s}}",
                "spec.loadBalancer.slowStart: a request that is hashed goes to its endpoint, new or not",
                TARGET + "loadBalancer: {type: RoundRobin, slowStart: {}}",
                "spec.loadBalancer.slowStart: the field window is missing",
                TARGET + "loadBalancer: {type: RoundRobin, slowStart: {window: 999ms}}",
                "spec.loadBalancer.slowStart.window: found \"999ms\"; expected 1s to 1h",
                HASH + "{type: Header}}",
                "spec.loadBalancer.consistentHash: nothing says which header; expected the field header",
                HASH + "{type: Cookie, header: {name: a}}}",
                "spec.loadBalancer.consistentHash.header: no header is hashed; expected type: Header",
                HASH + "{type: Header, header: {name: a_b}}}",
                "spec.loadBalancer.consistentHash.header.name: found \"a_b\"; expected a header name",
                HASH + "{type: Cookie, cookie: {name: 'a;b'}}}",
                "spec.loadBalancer.consistentHash.cookie.name: found \"a;b\"; expected the name of a cookie",
                HASH + "{type: Cookie, cookie: {name: " + "a".repeat(257) + "}}}",
                "spec.loadBalancer.consistentHash.cookie.name: the text has 257",
                HASH + "{type: Cookie, cookie: {name: a, ttl: 1h}}}",
                "spec.loadBalancer.consistentHash.cookie.ttl: this field is not supported yet",
                HASH + "{type: Cookie, cookie: {name: a, attributes: {}}}}",
                "spec.loadBalancer.consistentHash.cookie.attributes: this field is not supported yet",
                HASH + "{type: Header, headers: []}}",
                "spec.loadBalancer.consistentHash.headers: this field is not supported yet",
                HASH + "{type: Header, queryParams: []}}",
                "spec.loadBalancer.consistentHash.queryParams: this field is not supported yet",
                HASH + "{type: SourceIP, tableSize: 7}}",
                "spec.loadBalancer.consistentHash.tableSize: this field is not supported yet",
                TARGET + "loadBalancer: {type: RoundRobin, endpointOverride: {}}",
                "spec.loadBalancer.endpointOverride: this field is not supported yet",
                TARGET + "loadBalancer: {type: RoundRobin, zoneAware: {}}",
                "spec.loadBalancer.zoneAware: the field preferLocal is missing",
                TARGET + "loadBalancer: {type: RoundRobin, zoneAware: {weightedZones: []}}",
                "spec.loadBalancer.zoneAware.weightedZones: this field is not supported yet",
                TARGET + "loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: {minEndpointsThreshold: 6}}}",
                "spec.loadBalancer.zoneAware.preferLocal.minEndpointsThreshold: this field is not supported yet",
                TARGET + "loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: {percentageEnabled: 6}}}",
                "spec.loadBalancer.zoneAware.preferLocal.percentageEnabled: this field is not supported yet",
                TARGET + "loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: {force: {"
                        + "minEndpointsInZoneThreshold: 65}}}}",
                "spec.loadBalancer.zoneAware.preferLocal.force.minEndpointsInZoneThreshold: found the number 65",
                HASH + "{type: SourceIP}, zoneAware: {preferLocal: {}}}",
                "spec.loadBalancer.zoneAware: a request that is hashed goes to its endpoint, in whichever zone",
                TARGET + "dns: {}",
                "spec.dns: nothing is said of lookups; expected dnsRefreshRate, respectDnsTtl, lookupFamily",
                TARGET + "dns: {dnsRefreshRate: 999ms}",
                "spec.dns.dnsRefreshRate: found \"999ms\"; expected 1s to 1h",
                TARGET + "dns: {lookupFamily: IPv5}",
                "spec.dns.lookupFamily: found \"IPv5\"; expected one of IPv4, IPv6, IPv4Preferred",
                TARGET + "healthCheck: {panicThreshold: 50}",
                "spec.healthCheck: nothing is checked; expected active, passive, or both",
                TARGET + "healthCheck: {passive: {}, panicThreshold: 101}",
                "spec.healthCheck.panicThreshold: found the number 101; expected a number from 0 to 100",
                TARGET + "healthCheck: {active: {http: {path: /}, tcp: {}}}",
                "spec.healthCheck.active: http and tcp exclude each other",
                ACTIVE + "interval: 99ms}}",
                "spec.healthCheck.active.interval: found \"99ms\"; expected 100ms to 1h",
                ACTIVE + "timeout: 2h}}",
                "spec.healthCheck.active.timeout: found \"2h\"; expected 100ms to 1h",
                ACTIVE + "unhealthyThreshold: 0}}",
                "spec.healthCheck.active.unhealthyThreshold: found the number 0",
                ACTIVE + "healthyThreshold: 1001}}",
                "spec.healthCheck.active.healthyThreshold: found the number 1001",
                TARGET + "healthCheck: {active: {http: {}}}",
                "spec.healthCheck.active.http: the field path is missing",
                TARGET + "healthCheck: {active: {http: {path: healthz}}}",
                "spec.healthCheck.active.http.path: found \"healthz\"; expected a path",
                TARGET + "healthCheck: {active: {http: {path: /" + "a".repeat(1_024) + "}}}",
                "spec.healthCheck.active.http.path: the text has 1025",
                HTTP + "method: DELETE}}}",
                "spec.healthCheck.active.http.method: found \"DELETE\"; expected one of GET, HEAD, OPTIONS",
                HTTP + "expectedStatuses: []}}}",
                "spec.healthCheck.active.http.expectedStatuses: the list has 0 entries; expected 1 to 64",
                HTTP + "expectedStatuses: [" + manyStatuses + "]}}}",
                "spec.healthCheck.active.http.expectedStatuses: the list has 65",
                HTTP + "expectedStatuses: [200, 200]}}}",
                "spec.healthCheck.active.http.expectedStatuses[1]: the value is the same as on line",
                HTTP + "expectedStatuses: [100]}}}",
                "spec.healthCheck.active.http.expectedStatuses[0]: found the number 100; expected a number from 200",
                HTTP + "expectedResponse: {}}}}",
                "spec.healthCheck.active.http.expectedResponse: this field is not supported yet",
                HTTP + "hostname: '*.example'}}}",
                "spec.healthCheck.active.http.hostname: found \"*.example\"; expected a DNS name in lower case",
                HTTP + "hostname: " + "a".repeat(254) + "}}}",
                "spec.healthCheck.active.http.hostname: the text has 254",
                TARGET + "healthCheck: {active: {}}",
                "spec.healthCheck.active: nothing is chosen; expected exactly one of http, tcp, grpc",
                TARGET + "healthCheck: {active: {type: HTTP}}",
                "spec.healthCheck.active: nothing says what is asked; expected one of http, tcp, grpc",
                ACTIVE + "grpc: {}}}",
                "spec.healthCheck.active: tcp and grpc exclude each other",
                ACTIVE + "type: GRPC}}",
                "spec.healthCheck.active: type: GRPC does not go with tcp; expected type: TCP",
                TARGET + "healthCheck: {active: {type: HTTP, grpc: {}}}",
                "spec.healthCheck.active: type: HTTP does not go with grpc; expected type: GRPC",
                ACTIVE + "type: UDP}}",
                "spec.healthCheck.active.type: found \"UDP\"; expected one of",
                TARGET + "healthCheck: {active: {grpc: {service: ''}}}",
                "spec.healthCheck.active.grpc.service: the text has 0 characters; expected 1 to 256",
                TARGET + "proxyProtocol: {version: V2}, healthCheck: {active: {grpc: {}}}",
                "spec.healthCheck.active: with proxyProtocol HTTP/1.1 is spoken, and gRPC needs HTTP/2; expected http",
                TARGET + "proxyProtocol: {version: V2}, healthCheck: {active: {type: GRPC}}",
                "spec.healthCheck.active: with proxyProtocol HTTP/1.1 is spoken, and gRPC needs HTTP/2; expected http",
                ACTIVE + "initialJitter: 1s}}",
                "spec.healthCheck.active.initialJitter: this field is not supported yet",
                ACTIVE + "overrides: {}}}",
                "spec.healthCheck.active.overrides: this field is not supported yet",
                PASSIVE + "consecutive5XxErrors: 0}}",
                "spec.healthCheck.passive.consecutive5XxErrors: found the number 0",
                PASSIVE + "interval: 0s}}",
                "spec.healthCheck.passive.interval: found \"0s\"; expected 100ms to 24h",
                PASSIVE + "baseEjectionTime: 25h}}",
                "spec.healthCheck.passive.baseEjectionTime: found \"25h\"; expected 100ms to 24h",
                PASSIVE + "maxEjectionPercent: 101}}",
                "spec.healthCheck.passive.maxEjectionPercent: found the number 101",
                PASSIVE + "splitExternalLocalOriginErrors: true}}",
                "spec.healthCheck.passive.splitExternalLocalOriginErrors: this field is not supported yet",
                PASSIVE + "consecutiveLocalOriginFailures: 5}}",
                "spec.healthCheck.passive.consecutiveLocalOriginFailures: this field is not supported yet",
                PASSIVE + "consecutiveGatewayErrors: 5}}",
                "spec.healthCheck.passive.consecutiveGatewayErrors: this field is not supported yet",
                PASSIVE + "failurePercentageThreshold: 101}}",
                "spec.healthCheck.passive.failurePercentageThreshold: found the number 101");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void faultIsFound(RuleCase rule) {
        rule.verify("forebay.io/v1alpha1", "BackendTrafficPolicy");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(BackendSettingsRules.TABLE, cases()))
                .isEmpty();
    }

    @Test
    void settingsOfABackendAreTaken() {
        assertThat(Parsing.parse("""
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: p}
                spec:
                  targetRefs: [{group: forebay.io, kind: Backend, name: b}]
                  circuitBreaker: {maxConnections: 64, maxPendingRequests: 32, maxParallelRequests: 128}
                  loadBalancer: {type: ConsistentHash, consistentHash: {type: Cookie, cookie: {name: session}}}
                  healthCheck:
                    active: {timeout: 500ms, interval: 5s, unhealthyThreshold: 2, healthyThreshold: 2,
                      http: {path: "/healthz?deep=1", method: HEAD, expectedStatuses: [200, 204]}}
                    passive: {consecutive5XxErrors: 7, interval: 5s, baseEjectionTime: 10s, maxEjectionPercent: 50}
                    panicThreshold: 0
                """).diagnostics()).isEmpty();
    }
}
