package io.forebay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.ListenerPolicy.Protocol;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteRule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicySnapshotTest {

    private static ListenerPolicy listener(String name, int port, @Nullable String hostname) {
        return new ListenerPolicy(
                "default/edge/" + name,
                "default/edge",
                name,
                port,
                Protocol.HTTP,
                hostname,
                List.of(),
                null,
                RouteIndex.EMPTY,
                null,
                LimitRules.NONE);
    }

    private static PolicySnapshot snapshot(ListenerPolicy... listeners) {
        RouteRule rule = RouteRule.builder("default/shop/menu").build();
        return new PolicySnapshot(3, "r3", List.of(listeners), List.of(rule), List.of(), List.of(), List.of());
    }

    private static @Nullable String select(PolicySnapshot snapshot, int port, String host) {
        PortListeners listeners = snapshot.port(port);
        ListenerPolicy listener = listeners == null ? null : listeners.select(TestRequest.get(host, "/"));
        return listener == null ? null : listener.name();
    }

    @Test
    void mostSpecificListenerOfThePortServesTheHost() {
        PolicySnapshot snapshot = snapshot(
                listener("any", 80, null),
                listener("wild", 80, "*.example"),
                listener("exact", 80, "www.example"),
                listener("other", 81, "www.example"));
        assertThat(select(snapshot, 80, "www.example")).isEqualTo("exact");
        assertThat(select(snapshot, 80, "a.b.example")).isEqualTo("wild");
        assertThat(select(snapshot, 80, "elsewhere")).isEqualTo("any");
        assertThat(select(snapshot, 81, "www.example")).isEqualTo("other");
        assertThat(select(snapshot, 81, "elsewhere")).isNull();
        assertThat(select(snapshot, 82, "www.example")).isNull();
        assertThat(snapshot.ports()).extracting(PortListeners::port).containsExactly(80, 81);
    }

    @Test
    void serverNameIsComparedInLowerCaseAndMayBeMissing() {
        PortListeners listeners = snapshot(listener("any", 80, null), listener("exact", 80, "www.example"))
                .ports()
                .getFirst();
        assertThat(listeners.selectByServerName(ServerName.of("WWW.Example.")))
                .extracting(ListenerPolicy::name)
                .isEqualTo("exact");
        assertThat(listeners.selectByServerName(ServerName.of(null)))
                .extracting(ListenerPolicy::name)
                .isEqualTo("any");
    }

    @Test
    void onlyTheConnectionOfAListenerReachesItWhereThereAreSeveral() {
        ListenerPolicy exact = listener("exact", 80, "www.example");
        ListenerPolicy wild = listener("wild", 80, "*.example");
        PortListeners both = snapshot(exact, wild).ports().getFirst();
        assertThat(both.isReachedBy(ServerName.of("www.example"), exact)).isTrue();
        assertThat(both.isReachedBy(ServerName.of("a.example"), exact)).isFalse();
        assertThat(both.isReachedBy(ServerName.of("a.example"), wild)).isTrue();
        assertThat(both.isReachedBy(ServerName.of("www.example"), wild)).isFalse();
        assertThat(both.isReachedBy(ServerName.NONE, wild)).isFalse();
        PortListeners alone = snapshot(exact).ports().getFirst();
        assertThat(alone.isReachedBy(ServerName.NONE, exact)).isTrue();
    }

    @Test
    void rulesAreFoundByTheirIdForWaitingJobs() {
        assertThat(snapshot().rule("default/shop/menu")).isNotNull();
        assertThat(snapshot().rule("default/shop/gone")).isNull();
        assertThat(PolicySnapshot.empty().ports()).isEmpty();
    }

    @Test
    void listenerThatCannotListenIsRefused() {
        assertThatThrownBy(() -> listener("l", 0, null)).hasMessageContaining("1..65535");
        assertThatThrownBy(() -> new ListenerPolicy(
                        "default/edge/tls",
                        "default/edge",
                        "tls",
                        443,
                        Protocol.HTTPS,
                        null,
                        List.of(),
                        null,
                        RouteIndex.EMPTY,
                        null,
                        LimitRules.NONE))
                .hasMessageContaining("needs a certificate");
    }

    @Test
    void privateKeyDoesNotShowInText() {
        assertThat(new ServerCertificate("tls/edge.pem", "chain", "topsecret").toString())
                .doesNotContain("topsecret");
    }

    @Test
    void headerNamesAreTokensInLowerCase() {
        assertThat(HeaderName.of("X-Key").text()).isEqualTo("x-key");
        assertThat(HeaderName.of("X-Key")).isEqualTo(HeaderName.of("x-KEY"));
        for (String name : List.of("", "a b", "a_b", "a:", "é", "a\r")) {
            assertThatThrownBy(() -> HeaderName.of(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void trustDomainIsTheAuthorityOfTheSpiffeUri() {
        assertThat(new ClientCertificate("spiffe://example/a/b", List.of(), "", "").trustDomain())
                .isEqualTo("example");
        assertThat(new ClientCertificate("spiffe://example", List.of(), "", "").trustDomain())
                .isEqualTo("example");
        assertThat(new ClientCertificate(null, List.of(), "", "").trustDomain()).isNull();
        assertThatThrownBy(() -> new ClientCertificate("https://example/a", List.of(), "", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spanHoldsOffsetAndLengthUpToTheLargestArray() {
        long span = ByteSpan.of(Integer.MAX_VALUE - 5, 5);
        assertThat(ByteSpan.offset(span)).isEqualTo(Integer.MAX_VALUE - 5);
        assertThat(ByteSpan.length(span)).isEqualTo(5);
        assertThat(ByteSpan.isPresent(ByteSpan.of(0, 0))).isTrue();
        assertThat(ByteSpan.equals(new byte[] {1, 2, 3}, ByteSpan.of(1, 2), new byte[] {2, 3}))
                .isTrue();
        assertThat(ByteSpan.equals(new byte[] {1, 2, 3}, ByteSpan.of(1, 1), new byte[] {2, 3}))
                .isFalse();
        assertThat(ByteSpan.equals(new byte[] {1}, ByteSpan.ABSENT, new byte[0]))
                .isFalse();
    }
}
