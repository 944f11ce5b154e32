package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.overload.StagesByHand;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a client of HTTP/2 sees while load is shed.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class Http2OverloadComponentTest {
    private static final int NOTHING = -1;

    private final TestOrigin origin = new TestOrigin();
    private EdgeServer server;
    private Http2TestClient client;

    @BeforeEach
    void begin() throws Exception {
        server = EdgeServer.cleartext(origin);
        client = Http2TestClient.connect(server.port());
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.close();
    }

    private void only(OverloadStage... stages) {
        server.onLoop(() -> {
            StagesByHand.only(server.loop().overload(), stages);
            return true;
        });
    }

    @Test
    void connectionIsLedOutByGoAwayAndItsRequestAnswered() throws Exception {
        client.get(1, "/x");
        assertThat(client.answer(1).status()).isEqualTo(200);
        only(OverloadStage.DISABLE_KEEPALIVE);
        client.get(3, "/hold");
        Exchange held = origin.awaitHeld();
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(Integer.MAX_VALUE);
        byte[] ping = client.await(Http2TestClient.PING, 0).payload();
        client.frame(Http2TestClient.PING, Http2TestClient.ACK, 0, ping);
        assertThat(client.await(Http2TestClient.GOAWAY, 0).lastStreamId()).isEqualTo(3);
        server.onLoop(() -> {
            TestOrigin.text(held, "one");
            return true;
        });
        assertThat(client.answer(3).text()).isEqualTo("one");
        assertThat(client.goAwayCodeAtEnd()).isIn(NOTHING, (int) Http2Error.NO_ERROR.code());
    }

    private void echo(int streamId, int bytes) throws Exception {
        client.post(streamId, "/echo");
        client.data(streamId, false, new byte[bytes / 2]);
        client.data(streamId, true, new byte[bytes - bytes / 2]);
    }

    /// The windows of both are shut, so what they were given waits in the gateway.
    @Test
    void heaviestStreamIsResetAndALightOneStays() throws Exception {
        client.close();
        client = Http2TestClient.connect(server.port(), 0);
        echo(1, (int) HeaviestStreams.BYTES_MIN + 1);
        echo(3, (int) HeaviestStreams.BYTES_MIN - 1);
        client.await(Http2TestClient.HEADERS, 3);
        server.onLoop(() -> {
            new HeaviestStreams(server.loop()).reset();
            return true;
        });
        Http2TestClient.Frame reset = client.await(Http2TestClient.RST_STREAM, 1);
        assertThat(reset.payload()).isEqualTo(Http2TestClient.fourBytes((int) Http2Error.ENHANCE_YOUR_CALM.code()));
        client.windowUpdate(3, 1 << 20);
        client.await(Http2TestClient.DATA, 3);
    }

    @Test
    void bodyThatNobodyTakesIsHeldToo() throws Exception {
        client.post(1, "/pause");
        origin.awaitHeld();
        client.data(1, false, new byte[(int) HeaviestStreams.BYTES_MIN]);
        client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
        client.await(Http2TestClient.PING, 0);
        server.onLoop(() -> {
            new HeaviestStreams(server.loop()).reset();
            return true;
        });
        assertThat(client.answer(1).resetCode()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(origin.awaitEnd().reason()).isEqualTo("overload-reset");
    }
}
