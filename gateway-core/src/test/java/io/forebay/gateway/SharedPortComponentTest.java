package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Listeners;
import io.forebay.mesh.BackendLimits;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Several listeners on one port, told apart by server name and by host.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class SharedPortComponentTest {
    private static ListenerPolicy listener(
            TestGateway gateway, String name, ListenerPolicy.Protocol protocol, @Nullable String hostname) {
        RouteRule rule = TestGateway.rule(name).build();
        RouteMatch match = RouteMatch.of(RouteMatch.PathMatch.prefix("/" + name));
        return new ListenerPolicy(
                "default/edge/" + name,
                "default/edge",
                name,
                gateway.port,
                protocol,
                hostname,
                protocol == ListenerPolicy.Protocol.HTTP ? List.of() : List.of(new ServerCertificate("test", "", "")),
                null,
                RouteIndex.of(List.of(new RouteCandidate(hostname, match, rule, 0, "default/shop", 0, 0))),
                null,
                LimitRules.NONE);
    }

    private static TestGateway http(TestUpstream upstream) throws IOException {
        TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint());
        return gateway.listen(
                List.of(
                        listener(gateway, "exact", ListenerPolicy.Protocol.HTTP, "a.example"),
                        listener(gateway, "wild", ListenerPolicy.Protocol.HTTP, "*.example"),
                        listener(gateway, "rest", ListenerPolicy.Protocol.HTTP, null)),
                new Listeners.Wanted("127.0.0.1", gateway.port, null));
    }

    private static TestGateway https(TestUpstream upstream, TestCertificates certificates) throws Exception {
        TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint());
        TlsListenerSettings tls = TlsListenerSettings.of(List.of(
                certificates.host("a.example", new ClientValidation.None()),
                certificates.host("*.example", new ClientValidation.None())));
        return gateway.listen(
                List.of(
                        listener(gateway, "exact", ListenerPolicy.Protocol.HTTPS, "a.example"),
                        listener(gateway, "wild", ListenerPolicy.Protocol.HTTPS, "*.example")),
                new Listeners.Wanted("127.0.0.1", gateway.port, tls));
    }

    private static int status(Wire client, String host, String path) throws IOException {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .read()
                .status();
    }

    @Test
    void hostChoosesTheListenerOfAPlainPort() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = http(upstream);
                Wire client = gateway.client()) {
            assertThat(status(client, "a.example", "/exact")).isEqualTo(200);
            assertThat(status(client, "a.example", "/wild")).isEqualTo(404);
            assertThat(status(client, "b.example:80", "/wild")).isEqualTo(200);
            assertThat(status(client, "b.example", "/rest")).isEqualTo(404);
            assertThat(status(client, "elsewhere", "/rest")).isEqualTo(200);
        }
    }

    @Test
    void serverNameChoosesCertificateAndListener() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = https(upstream, certificates)) {
            try (Wire client = Wire.to(gateway.port, certificates.context(null), "a.example")) {
                assertThat(status(client, "a.example", "/exact")).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=a.example");
            }
            try (Wire client = Wire.to(gateway.port, certificates.context(null), "b.example")) {
                assertThat(status(client, "b.example", "/wild")).isEqualTo(200);
                assertThat(status(client, "c.example", "/wild")).isEqualTo(200);
                assertThat(client.peerName()).isEqualTo("CN=*.example");
            }
        }
    }

    @Test
    void hostOfAnotherListenerThanTheConnectionsIsMisdirected() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = https(upstream, certificates);
                Wire client = Wire.to(gateway.port, certificates.context(null), "b.example")) {
            Wire.Message refused = client.send("GET /exact HTTP/1.1\r\nHost: a.example\r\n\r\n")
                    .read();
            assertThat(refused.status()).isEqualTo(421);
            assertThat(refused.body()).contains("misdirected-request");
            assertThat(upstream.accepted).hasValue(0);
            assertThat(status(client, "elsewhere", "/wild")).isEqualTo(404);
            assertThat(status(client, "b.example", "/wild")).isEqualTo(200);
        }
    }
}
