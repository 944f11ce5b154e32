package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.transport.Listeners;
import io.forebay.gateway.transport.Relayed;
import io.forebay.policy.AddressRange;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.ConnectionRoutes;
import io.forebay.policy.route.RouteIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyTranslationTest {
    private static ListenerPolicy listener(
            int port, ListenerPolicy.Protocol protocol, @Nullable String hostname, ClientTraffic traffic) {
        return new ListenerPolicy(
                "default/edge/" + port + hostname,
                "default/edge",
                "l",
                port,
                protocol,
                hostname,
                protocol == ListenerPolicy.Protocol.HTTPS
                        ? List.of(new ServerCertificate("test", "chain of " + hostname, "key"))
                        : List.of(),
                null,
                RouteIndex.EMPTY,
                null,
                LimitRules.NONE,
                ConnectionRoutes.NONE,
                traffic);
    }

    private static Listeners.Wanted wanted(ListenerPolicy... listeners) {
        PolicySnapshot snapshot =
                new PolicySnapshot(1, "r", List.of(listeners), List.of(), List.of(), List.of(), List.of());
        List<Listeners.Wanted> ports = PolicyTranslation.listeners(snapshot, "127.0.0.1");
        assertThat(ports).hasSize(1);
        return ports.getFirst();
    }

    @Test
    void portIsWhatItsListenersAre() {
        assertThat(wanted(listener(80, ListenerPolicy.Protocol.HTTP, null, ClientTraffic.NONE)))
                .isEqualTo(new Listeners.Wanted("127.0.0.1", 80, null));
        assertThat(wanted(listener(80, ListenerPolicy.Protocol.TCP, null, ClientTraffic.NONE)))
                .isEqualTo(new Listeners.Wanted("127.0.0.1", 80, null, ClientTraffic.NONE, Relayed.ALL));
        assertThat(wanted(listener(80, ListenerPolicy.Protocol.TLS, "a", ClientTraffic.NONE)))
                .isEqualTo(new Listeners.Wanted("127.0.0.1", 80, null, ClientTraffic.NONE, Relayed.BY_SERVER_NAME));
    }

    @Test
    void hostsThatPassThroughShareAPortWithThoseThatDoNot() {
        Listeners.Wanted shared = wanted(
                listener(443, ListenerPolicy.Protocol.HTTPS, "a", ClientTraffic.NONE),
                listener(443, ListenerPolicy.Protocol.TLS, "b", ClientTraffic.NONE),
                listener(443, ListenerPolicy.Protocol.HTTPS, "c", ClientTraffic.NONE));
        assertThat(shared.relayed()).isEqualTo(Relayed.BY_SERVER_NAME);
        assertThat(shared.tls())
                .isNotNull()
                .satisfies(tls -> assertThat(tls.hosts())
                        .extracting(host -> host.hostname() + " " + host.certificateChainPem())
                        .containsExactly("a chain of a", "c chain of c"));
    }

    @Test
    void tlsThatEndsHereAndIsRelayedHasACertificateAndNoHttp() {
        ListenerPolicy relayed = new ListenerPolicy(
                "default/edge/db",
                "default/edge",
                "db",
                443,
                ListenerPolicy.Protocol.TLS,
                "db",
                List.of(new ServerCertificate("test", "chain of db", "key")),
                null,
                RouteIndex.EMPTY,
                null,
                LimitRules.NONE,
                ConnectionRoutes.NONE,
                ClientTraffic.NONE);
        Listeners.Wanted shared =
                wanted(listener(443, ListenerPolicy.Protocol.HTTPS, "a", ClientTraffic.NONE), relayed);
        assertThat(shared.relayed()).isEqualTo(Relayed.NONE);
        assertThat(shared.tls())
                .isNotNull()
                .satisfies(tls -> assertThat(tls.hosts())
                        .extracting(host -> host.hostname() + " " + host.isRelayed())
                        .containsExactly("a false", "db true"));
    }

    @Test
    void whatIsSaidOfOneListenerHoldsForItsPort() {
        ClientTraffic spoken = new ClientTraffic(new ClientTraffic.ProxyProtocol(
                true, List.of(AddressRange.parse("10.0.0.0/8").orElseThrow())));
        assertThat(wanted(
                                listener(80, ListenerPolicy.Protocol.HTTP, "a", ClientTraffic.NONE),
                                listener(80, ListenerPolicy.Protocol.HTTP, "b", spoken))
                        .traffic())
                .isEqualTo(spoken);
    }
}
