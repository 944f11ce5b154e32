package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.BackendBalancing;
import io.forebay.policy.BackendConnections;
import io.forebay.policy.BackendDiscovery;
import io.forebay.policy.BackendHealthCheck;
import io.forebay.policy.BackendHedging;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.BackendSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How a BackendTrafficPolicy becomes settings of a backend.
class BackendSettingsPolicyTest {
    private static final String HEAD = """
            apiVersion: forebay.io/v1alpha1
            kind: BackendTrafficPolicy
            metadata: {name: %s}
            spec:
              targetRefs: [{group: forebay.io, kind: Backend, name: menu-v1}]
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
    }

    private void write(String name, String settings) throws IOException {
        Files.writeString(directory.resolve(name + ".yaml"), HEAD.formatted(name) + settings.indent(2));
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static BackendPolicy backend(PolicyReloader reloader, String id) {
        return Objects.requireNonNull(reloader.holder().current().backend(id));
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void everyFieldCounts() throws Exception {
        write("all", """
                circuitBreaker: {maxConnections: 1, maxPendingRequests: 2, maxParallelRequests: 3,
                  maxRequestsPerConnection: 12}
                timeout: {tcp: {connectTimeout: 13ms}, http: {connectionIdleTimeout: 14s, maxConnectionDuration: 15m}}
                tcpKeepalive: {probes: 16, idleTime: 17s, interval: 18s}
                connection: {preconnect: {perEndpointConnections: 19}}
                adaptiveConcurrency: {minRequests: 4, maxRequests: 500, updateInterval: 200ms, slackPercent: 50,
                  probeInterval: 2m}
                admissionControl: {samplingWindow: 1m, minSuccessRate: 99.5, rejectionAggression: 2,
                  minRequestRate: 3, maxRejectionPercent: 60}
                loadBalancer: {type: PeakEWMA, slowStart: {window: 30s}}
                healthCheck:
                  active: {timeout: 2s, interval: 4s, unhealthyThreshold: 5, healthyThreshold: 6,
                    http: {path: /up, method: HEAD, expectedStatuses: [204, 200], hostname: menu.example}}
                  passive: {consecutive5XxErrors: 7, interval: 8s, baseEjectionTime: 9s, maxEjectionPercent: 10,
                    failurePercentageThreshold: 85}
                  panicThreshold: 11
                hedging: {percentile: 90, minDelay: 5ms}
                """);
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        BackendPolicy menu = backend(reloader, "default/menu-v1");
        assertThat(menu.limits())
                .isEqualTo(new BackendPolicy.Limits(
                        1,
                        2,
                        3,
                        new BackendPolicy.AdaptiveConcurrency(4, 500, 200_000_000L, 50, seconds(120)),
                        new BackendPolicy.AdmissionControl(seconds(60), 99.5, 2, 3, 60)));
        assertThat(menu.balancing())
                .isEqualTo(new BackendBalancing(BackendBalancing.Type.PEAK_EWMA, seconds(30), null));
        assertThat(menu.health())
                .isEqualTo(new BackendHealthCheck(
                        new BackendHealthCheck.Active(
                                seconds(4),
                                seconds(2),
                                5,
                                6,
                                new BackendHealthCheck.Http("HEAD", "/up", List.of(204, 200), "menu.example")),
                        new BackendHealthCheck.Passive(7, seconds(8), seconds(9), 10, 85),
                        11));
        assertThat(menu.hedging()).isEqualTo(new BackendHedging(90, 5_000_000));
        assertThat(menu.connections())
                .isEqualTo(new BackendConnections(
                        13_000_000,
                        seconds(14),
                        seconds(15 * 60),
                        12,
                        19,
                        new BackendConnections.Keepalive(16, 17, 18)));
        BackendPolicy other = backend(reloader, "default/menu-v2");
        assertThat(other.connections()).isEqualTo(BackendConnections.DEFAULT);
        assertThat(other.limits()).isEqualTo(BackendPolicy.Limits.DEFAULT);
        assertThat(other.balancing()).isEqualTo(BackendBalancing.DEFAULT);
        assertThat(other.health()).isEqualTo(BackendHealthCheck.NONE);
        assertThat(other.hedging()).isNull();
    }

    @Test
    void whatIsNotSaidHasItsDefault() throws Exception {
        write("some", """
                circuitBreaker: {maxConnections: 7}
                adaptiveConcurrency: {}
                admissionControl: {}
                healthCheck: {active: {http: {path: /up}}, passive: {}}
                hedging: {}
                """);
        BackendPolicy menu = backend(booted(), "default/menu-v1");

        assertThat(menu.limits())
                .isEqualTo(new BackendPolicy.Limits(
                        7,
                        1_024,
                        1_024,
                        new BackendPolicy.AdaptiveConcurrency(3, 1_000, 100_000_000L, 25, seconds(60)),
                        new BackendPolicy.AdmissionControl(seconds(30), 95, 1, 1, 80)));
        assertThat(menu.hedging()).isEqualTo(new BackendHedging(95, 20_000_000));
        assertThat(menu.balancing()).isEqualTo(BackendBalancing.DEFAULT);
        assertThat(menu.health())
                .isEqualTo(new BackendHealthCheck(
                        new BackendHealthCheck.Active(
                                seconds(3), seconds(1), 3, 1, new BackendHealthCheck.Http("GET", "/up", List.of(200))),
                        new BackendHealthCheck.Passive(5, seconds(10), seconds(30), 10, 0),
                        50));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: SourceIP}|SourceIp[]",
                "{type: Header, header: {name: X-User}}|Header[name=x-user]",
                "{type: Cookie, cookie: {name: Session}}|Cookie[name=Session]"
            })
    void whatIsHashedIsNamed(String hash, String expected) throws Exception {
        write("hashed", "loadBalancer: {type: ConsistentHash, consistentHash: " + hash + "}");
        BackendBalancing balancing = backend(booted(), "default/menu-v1").balancing();

        assertThat(balancing.type()).isEqualTo(BackendBalancing.Type.CONSISTENT_HASH);
        assertThat(balancing.hashKey()).hasToString(expected);
    }

    @Test
    void aConnectionIsEnoughForAProbeOfTcp() throws Exception {
        write("tcp", "healthCheck: {active: {tcp: {}}}");
        BackendHealthCheck health = backend(booted(), "default/menu-v1").health();

        assertThat(Objects.requireNonNull(health.active()).probe()).isEqualTo(new BackendHealthCheck.Tcp());
        assertThat(health.passive()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{grpc: {}}|''",
                "{type: GRPC}|''",
                "{grpc: {service: shop.Menu}}|shop.Menu",
                "{type: GRPC, grpc: {service: shop.Menu}}|shop.Menu"
            })
    void aServiceOfGrpcIsAskedByName(String active, String service) throws Exception {
        write("grpc", "healthCheck: {active: " + active + "}");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(
                                backend(reloader, "default/menu-v1").health().active())
                        .probe())
                .isEqualTo(new BackendHealthCheck.Grpc(service));
    }

    @Test
    void namesAreFoundAndAddressesAreWrittenDown() throws Exception {
        new ShopFolder(directory)
                .edit(
                        "metadata: {name: menu-v1}, spec: {endpoints: [",
                        "metadata: {name: menu-v1}, spec: {endpoints: [{ip: {address: 10.0.0.1, port: 80}}, "
                                + "{srv: {hostname: _http._tcp.menu.test}}, ");
        write("dns", "dns: {dnsRefreshRate: 5s, respectDnsTtl: false, lookupFamily: IPv4AndIPv6}");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        BackendPolicy menu = backend(reloader, "default/menu-v1");
        assertThat(menu.endpoints()).containsExactly(new BackendPolicy.Endpoint("10.0.0.1", 80, 1));
        assertThat(menu.discovery())
                .isEqualTo(new BackendDiscovery(
                        List.of(
                                new BackendDiscovery.Name("_http._tcp.menu.test", 0),
                                new BackendDiscovery.Name("localhost", 9001)),
                        BackendDiscovery.Family.IPV4_AND_IPV6,
                        seconds(5),
                        false));
    }

    @Test
    void namesAreLookedUpByDefaultAsTheyAsk() throws Exception {
        assertThat(backend(booted(), "default/menu-v1").discovery())
                .isEqualTo(new BackendDiscovery(
                        List.of(new BackendDiscovery.Name("localhost", 9001)),
                        BackendDiscovery.Family.IPV4_PREFERRED,
                        seconds(60),
                        true));
    }

    @Test
    void aBackendThatIsNotThereIsNamedAtItsPlace() throws Exception {
        Files.writeString(
                directory.resolve("gone.yaml"),
                HEAD.formatted("gone").replace("menu-v1", "menu-v9") + "  circuitBreaker: {maxConnections: 7}\n");

        assertThat(errors(booted()))
                .singleElement()
                .asString()
                .startsWith("gone.yaml:5:16: error:")
                .contains("there is no sound Backend default/menu-v9");
    }

    @Test
    void twoPoliciesForOneBackendAreAConflictThatTheFirstWins() throws Exception {
        write("a", "circuitBreaker: {maxConnections: 1}");
        write("b", "circuitBreaker: {maxConnections: 2}");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains("BackendTrafficPolicy default/a is attached here already");
        assertThat(backend(reloader, "default/menu-v1").limits().connectionsMax())
                .isEqualTo(1);
    }

    @Test
    void aPolicyThatIsOffSaysNothing() throws Exception {
        write("off", "mode: off\ncircuitBreaker: {maxConnections: 1}");

        assertThat(backend(booted(), "default/menu-v1").limits()).isEqualTo(BackendPolicy.Limits.DEFAULT);
    }

    @Test
    void routesKeepTheirLimitsBesideTheBackendsSettings() throws Exception {
        write("breaker", "circuitBreaker: {maxConnections: 1}");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(reloader.holder().current().rule("default/shop/menu"))
                        .limits()
                        .isEmpty())
                .isFalse();
    }

    @Test
    void aBackendThatIsAFallbackStandsAside() throws Exception {
        ShopFolder shop = new ShopFolder(directory);
        shop.edit("metadata: {name: menu-v2}, spec: {", "metadata: {name: menu-v2}, spec: {fallback: true, ");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        BackendSplit split = Objects.requireNonNull(reloader.holder().current().rule("default/shop/menu"))
                .backends();
        assertThat(split.pick(-1, backend -> true).backend()).isEqualTo("default/menu-v1");
        assertThat(split.pick(-1, "default/menu-v2"::equals).backend()).isEqualTo("default/menu-v2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}|0", "{force: {}}|1", "{force: {minEndpointsInZoneThreshold: 3}}|3"})
    void ownZoneMayGoFirst(String preferLocal, int forced) throws Exception {
        write("zones", "loadBalancer: {type: RoundRobin, zoneAware: {preferLocal: " + preferLocal + "}}");
        assertThat(backend(booted(), "default/menu-v1").balancing())
                .isEqualTo(new BackendBalancing(
                        BackendBalancing.Type.ROUND_ROBIN, 0, null, new BackendBalancing.PreferLocal(forced)));
    }

    @Test
    void endpointsBearTheirZone() throws Exception {
        Files.writeString(directory.resolve("zones.yaml"), """
                apiVersion: forebay.io/v1alpha1
                kind: Backend
                metadata: {name: zoned}
                spec:
                  endpoints:
                  - {ip: {address: 10.0.0.1, port: 80}, zone: eu-1a}
                  - {unix: {path: /run/a.sock}, zone: eu-1b}
                  - {fqdn: {hostname: a.test, port: 80}, zone: eu-1c}
                  - {srv: {hostname: _http._tcp.a.test}, zone: eu_1d.x}
                  - {ip: {address: 10.0.0.2, port: 80}}
                """);
        BackendPolicy zoned = backend(booted(), "default/zoned");
        assertThat(zoned.endpoints())
                .containsExactly(
                        new BackendPolicy.Endpoint("10.0.0.1", 80, 1, "eu-1a"),
                        new BackendPolicy.Endpoint("/run/a.sock", 0, 1, "eu-1b"),
                        new BackendPolicy.Endpoint("10.0.0.2", 80, 1));
        assertThat(zoned.discovery().names())
                .containsExactly(
                        new BackendDiscovery.Name("a.test", 80, "eu-1c"),
                        new BackendDiscovery.Name("_http._tcp.a.test", 0, "eu_1d.x"));
    }
}
