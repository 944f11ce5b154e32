package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendTls;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.BackendTransport.Http;
import io.forebay.mesh.HealthCheck;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Probes by the gRPC health checking protocol.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class GrpcProbeComponentTest {
    private static final String NAME = "menu.internal";
    private static final HealthCheck.Probe MENU = new HealthCheck.Probe.Grpc("shop.Menu");
    private static final BackendTransport H2C = new BackendTransport(Http.VERSION_2, null);
    /// A message of two bytes, of which field one says 1.
    private static final String SERVING = "\0\0\0\0\2\b\1";

    private static final String NOT_SERVING = "\0\0\0\0\2\b\2";

    private static void answer(Http2TestUpstream.Call call, String message) {
        call.head(false, "200", "content-type", "application/grpc")
                .data(false, message)
                .trailers("grpc-status", "0");
    }

    private static BackendTransport tls(TestCertificates pki) {
        return new BackendTransport(Http.ANY, new BackendTls(NAME, pki.pem(), List.of(), null));
    }

    /// Where nothing is said of the version, gRPC is HTTP/2 all the same.
    @ParameterizedTest
    @EnumSource(
            value = Http.class,
            names = {"ANY", "VERSION_2"})
    void aServiceIsAskedInTheClear(Http http) throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> answer(call, SERVING));
                ProbedBackend backend = ProbedBackend.of(MENU, new BackendTransport(http, null), upstream.endpoint())) {
            Http2TestUpstream.Call call = upstream.call();
            assertThat(call.field(":method")).isEqualTo("POST");
            assertThat(call.field(":path")).isEqualTo("/grpc.health.v1.Health/Check");
            assertThat(call.field(":authority")).isEqualTo(upstream.endpoint().toString());
            assertThat(call.field("content-type")).isEqualTo("application/grpc");
            assertThat(call.field("te")).isEqualTo("trailers");
            assertThat(call.text()).isEqualTo("\0\0\0\0\13\n\tshop.Menu");
            backend.isFoundWell();
        }
    }

    @Test
    void aServiceIsAskedThroughTls() throws Exception {
        TestCertificates pki = new TestCertificates();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        pki.server(NAME, ClientAuth.NONE, ApplicationProtocolNames.HTTP_2),
                        call -> answer(call, SERVING));
                ProbedBackend backend = ProbedBackend.of(MENU, tls(pki), upstream.endpoint())) {
            backend.isFoundWell();
        }
    }

    @Test
    void whoDoesNotAgreeOnHttp2CannotBeAsked() throws Exception {
        TestCertificates pki = new TestCertificates();
        try (TlsTestUpstream upstream = TlsTestUpstream.ok(pki, NAME);
                ProbedBackend backend = ProbedBackend.of(MENU, tls(pki), upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }

    @Test
    void whoStopsServingIsNotWellUntilItServesAgain() throws Exception {
        AtomicBoolean isServing = new AtomicBoolean(true);
        try (Http2TestUpstream upstream =
                        Http2TestUpstream.of(call -> answer(call, isServing.get() ? SERVING : NOT_SERVING));
                ProbedBackend backend = ProbedBackend.of(MENU, H2C, upstream.endpoint())) {
            backend.isFoundWell();
            isServing.set(false);
            backend.isFoundUnwell();
            isServing.set(true);
            backend.isFoundWell();
        }
    }

    @Test
    void whoDoesNotKnowTheProtocolIsNotWell() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(
                        call -> call.head(true, "200", "content-type", "application/grpc", "grpc-status", "12"));
                ProbedBackend backend = ProbedBackend.of(MENU, H2C, upstream.endpoint())) {
            backend.isFoundUnwell();
        }
    }
}
