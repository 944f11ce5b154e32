package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendTransport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a gRPC client is told when its call is refused, fails or takes too long.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class GrpcRefusalComponentTest {
    private static final BackendTransport H2C = new BackendTransport(BackendTransport.Http.VERSION_2, null);

    private static Http2TestClient.Answer call(TestGateway gateway, String... fields) throws Exception {
        try (Http2TestClient client = Http2TestClient.connect(gateway.port)) {
            client.grpc(1, "/shop.Menu/List", fields);
            return client.answer(1);
        }
    }

    @Test
    void callsPassWithTheirStatus() throws Exception {
        try (Http2TestUpstream upstream =
                        Http2TestUpstream.of(call -> call.head(false, "200", "content-type", "application/grpc")
                                .data(false, call.text())
                                .trailers("grpc-status", "0"));
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            Http2TestClient.Answer answer = call(gateway);
            assertThat(answer.head()).contains(":status: 200", "content-type: application/grpc");
            assertThat(answer.body()).hasSize(5);
            assertThat(answer.trailers()).containsExactly("grpc-status: 0");
            assertThat(upstream.call().field("te")).isEqualTo("trailers");
        }
    }

    @Test
    void missingUpstreamIsUnavailable() throws Exception {
        try (TestGateway gateway = TestGateway.to(H2C, TestUpstream.refusing())) {
            assertRefused(call(gateway), "14", "no-ready-endpoint");
        }
    }

    @Test
    void missingRouteIsUnimplemented() throws Exception {
        try (TestGateway gateway = new TestGateway(TestGateway.Boot.DEFAULT)
                .rule("/other", TestGateway.rule("other").build())
                .listen()) {
            assertRefused(call(gateway), "12", "no-route");
        }
    }

    /// The client's own deadline holds although the rule has none.
    @Test
    void deadlineOfTheClientEndsTheCall() throws Exception {
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {});
                TestGateway gateway = TestGateway.to(H2C, upstream.endpoint())) {
            assertRefused(call(gateway, "grpc-timeout", "150m"), "4", "request-timeout");
            assertThat(upstream.call().field("grpc-timeout")).isEqualTo("150m");
        }
    }

    private static void assertRefused(Http2TestClient.Answer answer, String code, String reason) {
        List<String> head = answer.head();
        assertThat(head).contains(":status: 200", "content-type: application/grpc", "grpc-status: " + code);
        assertThat(head).anyMatch(line -> line.startsWith("grpc-message: " + reason));
        assertThat(answer.body()).isEmpty();
        assertThat(answer.trailers()).isEmpty();
    }
}
