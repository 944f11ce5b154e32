package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.Endpoint;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What clients see while load is shed.
@ExtendWith(LeakWatch.class)
@Timeout(120)
class OverloadComponentTest {
    private final AtomicReference<Double> memory = new AtomicReference<>(0.0);

    private TestGateway gateway(TestGateway.Boot boot, Endpoint... endpoints) throws IOException {
        return new TestGateway(boot.memory(memory::get))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, endpoints)
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static TestGateway.Boot only(OverloadStage stage) {
        return TestGateway.Boot.DEFAULT.overload(OverloadSettings.OFF.with(stage, 0.9));
    }

    private void press(TestGateway gateway, double pressure, OverloadStage stage, boolean isOn) {
        memory.set(pressure);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> gateway.meter("forebay_overload_loops{stage=\"" + stage.text() + "\"}") == (isOn ? 1 : 0));
    }

    @Test
    void answersAreTheLastOfTheirConnectionWhileKeepaliveIsOff() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(TestGateway.Boot.DEFAULT, upstream.endpoint());
                Wire early = gateway.client();
                Wire late = gateway.client()) {
            assertThat(early.get("/").value("connection")).isEmpty();
            press(gateway, 0.92, OverloadStage.DISABLE_KEEPALIVE, true);
            Wire.Message answer = early.get("/");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("connection")).isEqualTo("close");
            assertThat(early.closesSilently()).isTrue();
            press(gateway, 0.1, OverloadStage.DISABLE_KEEPALIVE, false);
            assertThat(late.get("/").value("connection")).isEmpty();
            assertThat(late.get("/").status()).isEqualTo(200);
        }
    }

    @Test
    void requestsAreRefusedAndConnectionsKept() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(only(OverloadStage.STOP_ACCEPTING_REQUESTS), upstream.endpoint());
                Wire client = gateway.client()) {
            press(gateway, 1, OverloadStage.STOP_ACCEPTING_REQUESTS, true);
            Wire.Message refused = client.get("/");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.value("retry-after")).isEqualTo("1");
            assertThat(refused.body()).contains("https://forebay.io/problems/overloaded");
            await().until(() ->
                    gateway.access.lines().stream().anyMatch(line -> line.contains("\"flag\":\"overloaded\"")));
            assertThat(upstream.accepted).hasValue(0);
            assertThat(gateway.gateway.overload().stages()).containsExactly(OverloadStage.STOP_ACCEPTING_REQUESTS);
            press(gateway, 0, OverloadStage.STOP_ACCEPTING_REQUESTS, false);
            assertThat(client.get("/").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsWaitInTheKernelUntilThereIsRoom(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(
                        only(OverloadStage.STOP_ACCEPTING_CONNECTIONS).transport(transport), upstream.endpoint());
                Wire early = gateway.client()) {
            assertThat(early.get("/").status()).isEqualTo(200);
            press(gateway, 1, OverloadStage.STOP_ACCEPTING_CONNECTIONS, true);
            // One that was being accepted meanwhile may still come in.
            try (Wire maybe = gateway.client();
                    Wire waiting = gateway.client();
                    Wire more = gateway.client()) {
                waiting.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                more.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                for (int i = 0; i < 20; i++) {
                    assertThat(early.get("/").status()).isEqualTo(200);
                }
                assertThat(gateway.gateway.status().connections()).isLessThanOrEqualTo(2);
                press(gateway, 0, OverloadStage.STOP_ACCEPTING_CONNECTIONS, false);
                assertThat(waiting.read().status()).isEqualTo(200);
                assertThat(more.read().status()).isEqualTo(200);
                assertThat(maybe.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void portThatOpensMeanwhileWaitsToo() throws Exception {
        int other = TestUpstream.freePort();
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway = gateway(only(OverloadStage.STOP_ACCEPTING_CONNECTIONS), upstream.endpoint())) {
            press(gateway, 1, OverloadStage.STOP_ACCEPTING_CONNECTIONS, true);
            gateway.listen(
                    java.util.List.of(gateway.listener("more", other, java.util.List.of())),
                    new io.forebay.gateway.transport.Listeners.Wanted("127.0.0.1", other, null));
            try (Wire maybe = Wire.to(other);
                    Wire waiting = Wire.to(other)) {
                waiting.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                press(gateway, 1, OverloadStage.STOP_ACCEPTING_CONNECTIONS, true);
                assertThat(gateway.gateway.status().connections()).isLessThanOrEqualTo(1);
                press(gateway, 0, OverloadStage.STOP_ACCEPTING_CONNECTIONS, false);
                assertThat(waiting.read().status()).isEqualTo(200);
                assertThat(maybe.get("/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void clientThatLetsItsAnswerLieIsResetAndOthersAreServed() throws Exception {
        String large = "x".repeat(8 << 20);
        try (TestUpstream upstream = TestUpstream.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
                TestGateway gateway = gateway(only(OverloadStage.RESET_HEAVIEST_STREAMS), upstream.endpoint());
                Wire heavy = gateway.client();
                Wire light = gateway.client()) {
            heavy.socket.setReceiveBufferSize(4096);
            heavy.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            upstream.request();
            memory.set(1.0);
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> gateway.access.lines().stream()
                            .anyMatch(line -> line.contains("\"flag\":\"overload-reset\"")));
            memory.set(0.0);
            assertThat(heavy.readRest().length()).isLessThan(large.length());
            await().until(() -> gateway.gateway.status().connections() == 1);
            press(gateway, 0, OverloadStage.RESET_HEAVIEST_STREAMS, false);
            light.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            assertThat(light.read().body()).hasSize(large.length());
        }
    }

    @Test
    void nothingIsShedWhereEverythingIsOff() throws Exception {
        try (TestUpstream upstream = TestUpstream.ok();
                TestGateway gateway =
                        gateway(TestGateway.Boot.DEFAULT.overload(OverloadSettings.OFF), upstream.endpoint())) {
            memory.set(1.0);
            assertThat(gateway.get("/").status()).isEqualTo(200);
            assertThat(gateway.meter("forebay_overload_pressure_ratio{pressure=\"memory\"}"))
                    .isZero();
        }
    }
}
