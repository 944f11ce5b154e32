package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.BackendTransport.Http;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.identity.Credential;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Probes speak to an endpoint as calls do: by TLS where the backend wants it, and by the version of HTTP that comes
/// of it.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class ProbeTransportComponentTest {
    private static final String NAME = "menu.internal";
    private static final HealthCheck.Probe HTTP = new HealthCheck.Probe.Http("GET", "/healthz?deep=1", Set.of(204));
    private static final HealthCheck.Probe HTTP_OK = new HealthCheck.Probe.Http("HEAD", "/", Set.of(200));
    private static final HealthCheck.Probe TCP = new HealthCheck.Probe.Tcp();
    private static final BackendTransport H2C = new BackendTransport(Http.VERSION_2, null);

    private final TestCertificates pki = new TestCertificates();

    ProbeTransportComponentTest() throws Exception {}

    private BackendTls tls(String authorities, @Nullable Credential identity) {
        return new BackendTls(
                NAME,
                authorities,
                List.of(),
                identity == null ? null : new BackendTls.Identity(identity.chainPem(), identity.keyPem()));
    }

    private BackendTransport tls() {
        return new BackendTransport(Http.ANY, tls(pki.pem(), null));
    }

    // ---- TLS

    @Test
    void http1GoesThroughTls() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                ProbedBackend backend = ProbedBackend.of(HTTP_OK, tls(), upstream.endpoint())) {
            backend.isFoundWell();
        }
    }

    @Test
    void whoAnswersAsSomebodyElseIsNotWell() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, "other.internal");
                ProbedBackend backend = ProbedBackend.of(HTTP_OK, tls(), upstream.endpoint())) {
            backend.isFoundUnwell();
            assertThat(backend.probes("succeeded")).isZero();
        }
    }

    @Test
    void aHandshakeIsEnoughForAProbeOfTcp() throws Exception {
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                ProbedBackend backend = ProbedBackend.of(TCP, tls(), upstream.endpoint())) {
            backend.isFoundWell();
        }
    }

    @Test
    void aConnectionWithoutHandshakeIsNotEnough() throws Exception {
        try (TestUpstream plain =
                        TestUpstream.of(wire -> wire.send("220 ready\r\n").readRest());
                ProbedBackend backend = ProbedBackend.of(TCP, tls(), plain.endpoint())) {
            backend.isFoundUnwell();
        }
        try (TestUpstream silent = TestUpstream.of(Wire::readRest);
                ProbedBackend backend = ProbedBackend.ofHasty(TCP, tls(), silent.endpoint())) {
            backend.isFoundUnwell();
        }
    }

    @Test
    void theGatewayShowsItsCertificate() throws Exception {
        BackendTransport known = new BackendTransport(Http.ANY, tls(pki.pem(), pki.client("gateway")));
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        pki.server(NAME, ClientAuth.REQUIRE, ApplicationProtocolNames.HTTP_2),
                        call -> call.head(true, "204"));
                ProbedBackend backend = ProbedBackend.of(HTTP, tls(), upstream.endpoint())) {
            backend.isFoundUnwell();
            backend.asked(HTTP, known).isFoundWell();
        }
    }

    @Test
    void theNextProbeBelievesWhomANewPolicyBelieves() throws Exception {
        BackendTransport others = new BackendTransport(Http.ANY, tls(new TestCertificates().pem(), null));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                ProbedBackend backend = ProbedBackend.of(HTTP_OK, tls(), upstream.endpoint())) {
            backend.isFoundWell();
            backend.asked(HTTP_OK, others).isFoundUnwell();
            backend.asked(HTTP_OK, tls()).isFoundWell();
        }
    }

    @Test
    void nobodyIsAskedWhereTlsCouldNotBeMadeReady() throws Exception {
        BackendTransport broken = new BackendTransport(Http.ANY, tls("no certificates", null));
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                ProbedBackend backend = ProbedBackend.of(HTTP_OK, broken, upstream.endpoint())) {
            backend.isFoundUnwell();
            assertThat(upstream.accepted).hasValue(0);
            backend.asked(HTTP_OK, tls()).isFoundWell();
        }
    }

    @Test
    void theHeaderOfTheProxyProtocolComesBeforeTls() throws Exception {
        BlockingQueue<String> headers = new LinkedBlockingQueue<>();
        SSLSocketFactory factory = pki.server(NAME).getSocketFactory();
        BackendTransport told = new BackendTransport(Http.VERSION_1, tls(pki.pem(), null), ProxyVersion.V1);
        try (TestUpstream upstream = TestUpstream.of(plain -> {
                    headers.add(line(plain.socket.getInputStream()));
                    Wire wire = new Wire((SSLSocket) factory.createSocket(plain.socket, null, false));
                    wire.read();
                    wire.send(TestUpstream.OK);
                });
                ProbedBackend backend = ProbedBackend.of(HTTP_OK, told, upstream.endpoint())) {
            backend.isFoundWell();
            assertThat(headers.poll(30, TimeUnit.SECONDS)).isEqualTo("PROXY UNKNOWN\r\n");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed inside a line: '" + line + "'");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    // ---- HTTP/2

    @Test
    void http2IsSpokenInTheClearToABackendOfH2c() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> call.head(true, "204"));
                ProbedBackend backend = ProbedBackend.of(HTTP, H2C, upstream.endpoint())) {
            Http2TestUpstream.Call probe = upstream.call();
            assertThat(probe.field(":method")).isEqualTo("GET");
            assertThat(probe.field(":path")).isEqualTo("/healthz?deep=1");
            assertThat(probe.field(":scheme")).isEqualTo("http");
            assertThat(probe.field(":authority")).isEqualTo(upstream.endpoint().toString());
            assertThat(probe.field("user-agent")).isEqualTo("forebay-health");
            backend.isFoundWell();
            await().until(() -> upstream.accepted.get() - upstream.ended.get() <= 1);
        }
    }

    @Test
    void http2IsSpokenWhereTheHandshakeAgreesOnIt() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        pki.server(
                                NAME,
                                ClientAuth.NONE,
                                ApplicationProtocolNames.HTTP_2,
                                ApplicationProtocolNames.HTTP_1_1),
                        call -> call.head(false, "204"));
                ProbedBackend backend = ProbedBackend.of(HTTP, tls(), upstream.endpoint())) {
            assertThat(upstream.call().field(":scheme")).isEqualTo("https");
            backend.isFoundWell();
        }
    }

    @Test
    void anInterimAnswerIsNotTheAnswer() throws Exception {
        try (Http2TestUpstream upstream =
                        Http2TestUpstream.of(call -> call.head(false, "103").head(true, "204"));
                ProbedBackend backend = ProbedBackend.of(HTTP, H2C, upstream.endpoint())) {
            backend.isFoundWell();
            assertThat(backend.probes("failed")).isZero();
        }
    }

    @Test
    void thePolicyMaySayWhomAProbeIsFor() throws Exception {
        HealthCheck.Probe named = new HealthCheck.Probe.Http("GET", "/", Set.of(200), "menu.example");
        try (TestUpstream upstream = TestUpstream.ok();
                ProbedBackend backend = ProbedBackend.of(named, BackendTransport.DEFAULT, upstream.endpoint())) {
            assertThat(upstream.request().value("host")).isEqualTo("menu.example");
            backend.isFoundWell();
        }
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> call.head(true, "200"));
                ProbedBackend backend = ProbedBackend.of(named, H2C, upstream.endpoint())) {
            assertThat(upstream.call().field(":authority")).isEqualTo("menu.example");
            backend.isFoundWell();
        }
    }

    static Stream<Named<Http2TestUpstream.Script>> answersOfTheUnwell() {
        return Stream.of(
                Named.of("another status", call -> call.head(true, "200")),
                Named.of("a reset", call -> call.reset(Http2Error.REFUSED_STREAM)),
                Named.of("a close", Http2TestUpstream.Call::close),
                Named.of("nothing but an interim answer", call -> call.head(true, "103")),
                Named.of("a status that is none", call -> call.head(true, "2x4")));
    }

    @ParameterizedTest
    @MethodSource("answersOfTheUnwell")
    void otherAnswersAreFailures(Http2TestUpstream.Script script) throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(script);
                ProbedBackend backend = ProbedBackend.of(HTTP, H2C, upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }

    @Test
    void goAwayThatLeavesTheRequestOutIsAFailure() throws Exception {
        byte[] settingsAndGoAway =
                HexFormat.of().parseHex("000000040000000000" + "000008070000000000" + "00000000" + "0000000b");
        try (TestUpstream upstream =
                        TestUpstream.of(wire -> wire.send(settingsAndGoAway).readRest());
                ProbedBackend backend = ProbedBackend.of(HTTP, H2C, upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }

    @Test
    void silenceIsAFailureInTime() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {});
                ProbedBackend backend = ProbedBackend.ofHasty(HTTP, H2C, upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }

    @Test
    void whoSpeaksHttp1IsNoBackendOfH2c() throws Exception {
        try (TestUpstream upstream = TestUpstream.answering(
                        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                ProbedBackend backend = ProbedBackend.of(HTTP, H2C, upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }
}
