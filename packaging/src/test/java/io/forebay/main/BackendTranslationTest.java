package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.forebay.mesh.TcpKeepalive;
import io.forebay.policy.BackendBalancing;
import io.forebay.policy.BackendConnections;
import io.forebay.policy.BackendDiscovery;
import io.forebay.policy.BackendHealthCheck;
import io.forebay.policy.BackendHedging;
import io.forebay.policy.BackendPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.TransportPolicy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendTranslationTest {
    private static final List<BackendPolicy.Endpoint> ENDPOINTS = List.of(new BackendPolicy.Endpoint("a", 1, 2));

    private static Backend translated(BackendBalancing balancing, BackendHealthCheck health) {
        return translated(balancing, health, TransportPolicy.DEFAULT);
    }

    private static Backend translated(
            BackendBalancing balancing, BackendHealthCheck health, TransportPolicy transport) {
        return BackendTranslation.backend(
                new BackendPolicy("n/b", ENDPOINTS, new BackendPolicy.Limits(3, 4, 5), balancing, health, transport),
                null);
    }

    @Test
    void everySettingArrives() {
        BackendHealthCheck health = new BackendHealthCheck(
                new BackendHealthCheck.Active(
                        6, 7, 8, 9, new BackendHealthCheck.Http("HEAD", "/up", List.of(204), "menu.example")),
                new BackendHealthCheck.Passive(10, 11, 12, 13, 14),
                14);
        assertThat(translated(new BackendBalancing(BackendBalancing.Type.ROUND_ROBIN, 15, null), health))
                .isEqualTo(new Backend(
                        new BackendId("n", "b"),
                        List.of(new Endpoint("a", 1, 2)),
                        new BackendLimits(3, 4, 5),
                        new LoadBalancer(Balance.ROUND_ROBIN, 15, null),
                        new HealthCheck(
                                new HealthCheck.Active(
                                        6,
                                        7,
                                        8,
                                        9,
                                        new HealthCheck.Probe.Http("HEAD", "/up", Set.of(204), "menu.example")),
                                new HealthCheck.Passive(10, 11, 12, 13, 14),
                                14)));
    }

    @Test
    void lifeOfConnectionsArrives() {
        BackendConnections connections = new BackendConnections(
                2_000_000, 3_000_000_000L, 4_000_000_000L, 5, 6, new BackendConnections.Keepalive(7, 8, 9));
        assertThat(BackendTranslation.backend(
                                new BackendPolicy(
                                        "n/b",
                                        ENDPOINTS,
                                        BackendPolicy.Limits.DEFAULT,
                                        BackendBalancing.DEFAULT,
                                        BackendHealthCheck.NONE,
                                        TransportPolicy.DEFAULT,
                                        BackendDiscovery.NONE,
                                        null,
                                        connections),
                                null)
                        .connections())
                .isEqualTo(new ConnectionSettings(
                        2_000_000, 3_000_000_000L, 4_000_000_000L, 5, 6, new TcpKeepalive(7, 8, 9)));
        assertThat(translated(BackendBalancing.DEFAULT, BackendHealthCheck.NONE).connections())
                .isEqualTo(ConnectionSettings.DEFAULT);
    }

    @Test
    void zonesArrive() {
        BackendPolicy policy = new BackendPolicy(
                "n/b",
                List.of(new BackendPolicy.Endpoint("a", 1, 2, "z1"), new BackendPolicy.Endpoint("b", 1, 2)),
                BackendPolicy.Limits.DEFAULT,
                new BackendBalancing(BackendBalancing.Type.ROUND_ROBIN, 0, null, new BackendBalancing.PreferLocal(3)),
                BackendHealthCheck.NONE,
                TransportPolicy.DEFAULT,
                new BackendDiscovery(
                        List.of(new BackendDiscovery.Name("c", 4, "z2")),
                        BackendDiscovery.Family.IPV4,
                        1_000_000_000L,
                        true),
                null);
        Backend backend = BackendTranslation.backend(policy, "z1");
        assertThat(backend.endpoints()).containsExactly(new Endpoint("a", 1, 2).inZone("z1"), new Endpoint("b", 1, 2));
        assertThat(backend.discovery().names()).containsExactly(new EndpointName("c", 4, "z2"));
        assertThat(backend.loadBalancer())
                .isEqualTo(new LoadBalancer(Balance.ROUND_ROBIN, 0, null, new LocalZone("z1", 3)));
        assertThat(BackendTranslation.backend(policy, null).loadBalancer().localZone())
                .isNull();
    }

    @Test
    void whatGuardsTheBackendArrives() {
        BackendPolicy.Limits limits = new BackendPolicy.Limits(
                1,
                2,
                3,
                new BackendPolicy.AdaptiveConcurrency(4, 5, 6, 70, 80),
                new BackendPolicy.AdmissionControl(9, 50, 10, 11, 25));
        assertThat(BackendTranslation.backend(
                                new BackendPolicy(
                                        "n/b",
                                        ENDPOINTS,
                                        limits,
                                        BackendBalancing.DEFAULT,
                                        BackendHealthCheck.NONE,
                                        TransportPolicy.DEFAULT,
                                        BackendDiscovery.NONE,
                                        null),
                                null)
                        .limits())
                .isEqualTo(new BackendLimits(
                        1,
                        2,
                        3,
                        new AdaptiveConcurrency(4, 5, 6, 0.7, 80),
                        new AdmissionControl(9, 0.5, 10, 11, 0.25)));
    }

    @Test
    void hedgingArrives() {
        BackendPolicy policy = new BackendPolicy(
                "n/b",
                ENDPOINTS,
                BackendPolicy.Limits.DEFAULT,
                BackendBalancing.DEFAULT,
                BackendHealthCheck.NONE,
                TransportPolicy.DEFAULT,
                BackendDiscovery.NONE,
                new BackendHedging(90, 5_000_000));
        assertThat(BackendTranslation.backend(policy, null).hedging()).isEqualTo(new Hedging(90, 5_000_000));
        assertThat(translated(BackendBalancing.DEFAULT, BackendHealthCheck.NONE).hedging())
                .isNull();
    }

    @Test
    void transportArrives() {
        TransportPolicy policy = new TransportPolicy(
                TransportPolicy.Http.VERSION_2,
                new TransportPolicy.Tls(
                        "menu.internal",
                        "authorities",
                        List.of(
                                new TransportPolicy.AltName(TransportPolicy.AltName.Type.URI, "spiffe://a/b"),
                                new TransportPolicy.AltName(TransportPolicy.AltName.Type.HOSTNAME, "c")),
                        new ServerCertificate("test", "chain", "key")));
        assertThat(translated(BackendBalancing.DEFAULT, BackendHealthCheck.NONE, policy)
                        .transport())
                .isEqualTo(new BackendTransport(
                        BackendTransport.Http.VERSION_2,
                        new BackendTls(
                                "menu.internal",
                                "authorities",
                                List.of(
                                        new BackendTls.SubjectAltName.Uri("spiffe://a/b"),
                                        new BackendTls.SubjectAltName.Dns("c")),
                                new BackendTls.Identity("chain", "key"))));
    }

    @ParameterizedTest
    @EnumSource
    void everyVersionOfHttpHasItsNamesake(TransportPolicy.Http http) {
        Backend backend =
                translated(BackendBalancing.DEFAULT, BackendHealthCheck.NONE, new TransportPolicy(http, null));
        assertThat(backend.transport().http().name()).isEqualTo(http.name());
    }

    @ParameterizedTest
    @EnumSource
    void everyVersionOfTheProxyProtocolHasItsNamesake(TransportPolicy.ProxyVersion version) {
        BackendTransport transport = translated(
                        BackendBalancing.DEFAULT,
                        BackendHealthCheck.NONE,
                        TransportPolicy.DEFAULT.withProxyProtocol(version))
                .transport();
        assertThat(transport.http()).isEqualTo(BackendTransport.Http.VERSION_1);
        assertThat(transport.proxyProtocol()).isNotNull().extracting(Enum::name).isEqualTo(version.name());
    }

    @Test
    void unixSocketArrives() {
        Backend backend = BackendTranslation.backend(
                new BackendPolicy(
                        "n/b",
                        List.of(BackendPolicy.Endpoint.unix("/run/app.sock")),
                        BackendPolicy.Limits.DEFAULT,
                        BackendBalancing.DEFAULT,
                        BackendHealthCheck.NONE,
                        TransportPolicy.DEFAULT),
                null);
        assertThat(backend.endpoints()).containsExactly(Endpoint.unix("/run/app.sock"));
    }

    @ParameterizedTest
    @EnumSource
    void namesArrive(BackendDiscovery.Family family) {
        Discovery discovery = BackendTranslation.backend(
                        new BackendPolicy(
                                "n/b",
                                List.of(),
                                BackendPolicy.Limits.DEFAULT,
                                BackendBalancing.DEFAULT,
                                BackendHealthCheck.NONE,
                                TransportPolicy.DEFAULT,
                                new BackendDiscovery(
                                        List.of(
                                                new BackendDiscovery.Name("a.test", 80),
                                                new BackendDiscovery.Name("_http._tcp.b.test", 0)),
                                        family,
                                        2_000_000_000L,
                                        false),
                                null),
                        null)
                .discovery();
        assertThat(discovery.names())
                .containsExactly(new EndpointName("a.test", 80), EndpointName.service("_http._tcp.b.test"));
        assertThat(discovery.lookup().family().name()).isEqualTo(family.name());
        assertThat(discovery.lookup().refreshNs()).isEqualTo(2_000_000_000L);
        assertThat(discovery.lookup().respectsTtl()).isFalse();
    }

    @Test
    void defaultsAreTheSameOnBothSides() {
        Backend backend = translated(BackendBalancing.DEFAULT, BackendHealthCheck.NONE);
        assertThat(backend.loadBalancer()).isEqualTo(LoadBalancer.DEFAULT);
        assertThat(backend.health()).isEqualTo(HealthCheck.NONE);
        assertThat(backend.discovery()).isEqualTo(Discovery.NONE);
        assertThat(BackendHealthCheck.PANIC_PERCENT_DEFAULT).isEqualTo(HealthCheck.PANIC_PERCENT_DEFAULT);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeHasItsNamesake(BackendBalancing.Type type) {
        BackendBalancing.HashKey key =
                type == BackendBalancing.Type.CONSISTENT_HASH ? new BackendBalancing.HashKey.Cookie("Id") : null;
        LoadBalancer balancer = translated(new BackendBalancing(type, 0, key), BackendHealthCheck.NONE)
                .loadBalancer();
        assertThat(balancer.balance().name()).isEqualTo(type.name());
        assertThat(balancer.hashKey()).isEqualTo(key == null ? null : new HashKey.Cookie("Id"));
    }

    @Test
    void theOtherHashKeysAndProbesArriveToo() {
        BackendBalancing byHeader = new BackendBalancing(
                BackendBalancing.Type.CONSISTENT_HASH, 0, new BackendBalancing.HashKey.Header("x-user"));
        BackendBalancing byAddress =
                new BackendBalancing(BackendBalancing.Type.CONSISTENT_HASH, 0, new BackendBalancing.HashKey.SourceIp());
        BackendHealthCheck tcp = asking(new BackendHealthCheck.Tcp());
        assertThat(translated(byHeader, tcp).loadBalancer().hashKey()).isEqualTo(new HashKey.Header("x-user"));
        assertThat(translated(byAddress, tcp).loadBalancer().hashKey()).isEqualTo(new HashKey.SourceIp());
        assertThat(translated(byAddress, tcp).health().active())
                .isEqualTo(new HealthCheck.Active(1, 1, 1, 1, new HealthCheck.Probe.Tcp()));
        assertThat(translated(byAddress, asking(new BackendHealthCheck.Grpc("shop.Menu")))
                        .health()
                        .active())
                .isEqualTo(new HealthCheck.Active(1, 1, 1, 1, new HealthCheck.Probe.Grpc("shop.Menu")));
    }

    private static BackendHealthCheck asking(BackendHealthCheck.Probe probe) {
        return new BackendHealthCheck(new BackendHealthCheck.Active(1, 1, 1, 1, probe), null, 0);
    }
}
