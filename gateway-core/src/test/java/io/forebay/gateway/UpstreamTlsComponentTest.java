package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTls.SubjectAltName;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.identity.Credential;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS to upstreams: whom the gateway believes, what it shows, and which version of HTTP comes of it.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class UpstreamTlsComponentTest {
    private static final String NAME = "menu.internal";

    private final TestCertificates pki = new TestCertificates();

    UpstreamTlsComponentTest() throws Exception {}

    private BackendTransport transport(
            String serverName, @Nullable Credential identity, SubjectAltName... subjectAltNames) {
        return new BackendTransport(
                BackendTransport.Http.ANY,
                new BackendTls(
                        serverName,
                        pki.pem(),
                        List.of(subjectAltNames),
                        identity == null ? null : new BackendTls.Identity(identity.chainPem(), identity.keyPem())));
    }

    @Test
    void http2IsSpokenWhereBothCan() throws Exception {
        SslContext tls =
                pki.server(NAME, ClientAuth.NONE, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        tls, call -> call.head(false, "200").data(true, "ok"));
                TestGateway gateway = TestGateway.to(transport(NAME, null), upstream.endpoint())) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
            assertThat(upstream.call().field(":scheme")).isEqualTo("https");
        }
    }

    @Test
    void http1IsSpokenWhereTheUpstreamKnowsNoOther() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                TestGateway gateway = TestGateway.to(transport(NAME, null), upstream.endpoint());
                Wire client = gateway.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").body()).isEqualTo("ok");
            }
            assertThat(upstream.accepted).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answerThatEndsWithItsConnectionIsWholeOnlyWhereTlsSaysSo(boolean isTold) throws Exception {
        SSLSocketFactory tls = pki.server(NAME).getSocketFactory();
        try (TestUpstream upstream = TestUpstream.of(plain -> {
                    SSLSocket socket = (SSLSocket) tls.createSocket(plain.socket, null, false);
                    Wire wire = new Wire(socket);
                    wire.read();
                    wire.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npay 10");
                    if (isTold) {
                        socket.shutdownOutput();
                    }
                    plain.close();
                });
                TestGateway gateway = TestGateway.to(transport(NAME, null), upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            if (isTold) {
                assertThat(client.read().body()).isEqualTo("pay 10");
            } else {
                assertThatIOException().isThrownBy(client::read);
                await().until(() -> gateway.access.lines().stream()
                        .anyMatch(line -> line.contains("\"flag\":\"upstream-reset-during-answer\"")));
            }
        }
    }

    @Test
    void otherNameIsNotBelieved() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                TestGateway gateway = TestGateway.to(transport("other.internal", null), upstream.endpoint())) {
            assertTlsFailed(gateway);
        }
    }

    @Test
    void otherAuthorityIsNotBelieved() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(new TestCertificates(), NAME);
                TestGateway gateway = TestGateway.to(transport(NAME, null), upstream.endpoint())) {
            assertTlsFailed(gateway);
        }
    }

    @Test
    void authoritiesOfTheSystemDoNotVouchForOurOwn() throws Exception {
        BackendTransport system =
                new BackendTransport(BackendTransport.Http.ANY, new BackendTls(NAME, null, List.of(), null));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                TestGateway gateway = TestGateway.to(system, upstream.endpoint())) {
            assertTlsFailed(gateway);
        }
    }

    @Test
    void oneOfTheExpectedNamesIsEnough() throws Exception {
        BackendTransport pinned = transport(
                "sni.only", null, new SubjectAltName.Uri("spiffe://example/menu"), new SubjectAltName.Dns(NAME));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                TestGateway gateway = TestGateway.to(pinned, upstream.endpoint())) {
            assertThat(gateway.get("/").body()).isEqualTo("ok");
        }
    }

    @Test
    void noneOfTheExpectedNamesIsNotBelievedWhateverTheServerName() throws Exception {
        BackendTransport pinned = transport(NAME, null, new SubjectAltName.Uri("spiffe://example/menu"));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                TestGateway gateway = TestGateway.to(pinned, upstream.endpoint())) {
            assertTlsFailed(gateway);
        }
    }

    @Test
    void gatewayShowsItsCertificate() throws Exception {
        SslContext tls = pki.server(NAME, ClientAuth.REQUIRE, ApplicationProtocolNames.HTTP_2);
        try (Http2TestUpstream upstream = Http2TestUpstream.of(tls, call -> call.head(true, "204"))) {
            try (TestGateway gateway = TestGateway.to(transport(NAME, pki.client("gateway")), upstream.endpoint())) {
                assertThat(gateway.get("/").status()).isEqualTo(204);
            }
            try (TestGateway gateway = TestGateway.to(transport(NAME, null), upstream.endpoint())) {
                assertThat(gateway.get("/").status()).isEqualTo(502);
            }
        }
    }

    /// One connection at a time: one that was counted and not given back would be the last.
    @Test
    void upstreamThatIsNotThereIsAskedAgain() throws Exception {
        try (TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .backend(
                        TestGateway.BACKEND, new BackendLimits(1, 8, 8), transport(NAME, null), TestUpstream.refusing())
                .rule("/", TestGateway.rule("all").build())
                .listen()) {
            for (int i = 0; i < 3; i++) {
                Wire.Message answer = gateway.get("/");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.body()).contains("no-ready-endpoint");
            }
        }
    }

    @Test
    void settingsThatCannotBeUsedLeaveNothingOpen() throws Exception {
        BackendTransport broken = new BackendTransport(
                BackendTransport.Http.ANY, new BackendTls(NAME, "no certificates", List.of(), null));
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = TestGateway.to(broken, upstream.endpoint())) {
            assertTlsFailed(gateway);
            assertThat(upstream.accepted).hasValue(0);
        }
    }

    private static void assertTlsFailed(TestGateway gateway) throws Exception {
        Wire.Message answer = gateway.get("/");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("upstream-tls-failed");
    }
}
