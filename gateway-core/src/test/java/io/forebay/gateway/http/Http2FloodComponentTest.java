package io.forebay.gateway.http;

import static io.forebay.gateway.http.Http2TestClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients of HTTP/2 that make work or hold memory and never ask anything honest. Rapid resets, PING, SETTINGS,
/// empty DATA and CONTINUATION floods are in [Http2EdgeComponentTest].
@ExtendWith(LeakWatch.class)
@Timeout(60)
class Http2FloodComponentTest {
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

    /// Ways to make the gateway reset a stream that it has begun to serve (CVE-2025-8671).
    enum Provocation {
        WINDOW_UPDATE_OF_NOTHING,
        WINDOW_THAT_OVERFLOWS,
        DATA_AFTER_THE_END,
        HEAD_AFTER_THE_END
    }

    private void provoke(Provocation how, int streamId) throws Exception {
        client.get(streamId, "/hold");
        switch (how) {
            case WINDOW_UPDATE_OF_NOTHING -> client.windowUpdate(streamId, 0);
            case WINDOW_THAT_OVERFLOWS -> client.windowUpdate(streamId, Integer.MAX_VALUE);
            case DATA_AFTER_THE_END -> client.data(streamId, false, (byte) 1);
            case HEAD_AFTER_THE_END -> client.headers(streamId, true, request("GET", "/again"));
        }
    }

    /// Reads on until this frame has come. Who waits for an answer has little on its way that the gateway leaves unread
    /// as it closes, which would be a reset.
    ///
    /// @return the code of the GOAWAY if that comes instead
    private OptionalLong goAwayBefore(int type, int streamId) throws Exception {
        Http2TestClient.Frame frame = client.next();
        while (frame != null && frame.type() != Http2TestClient.GOAWAY) {
            if (frame.type() == type && frame.streamId() == streamId) {
                return OptionalLong.empty();
            }
            frame = client.next();
        }
        if (frame == null) {
            throw new AssertionError("an end that does not say why");
        }
        return OptionalLong.of(frame.code());
    }

    @ParameterizedTest
    @EnumSource(Provocation.class)
    void resetsThatTheClientProvokesEndTheConnection(Provocation how) throws Exception {
        OptionalLong over = OptionalLong.empty();
        int provoked = 0;
        while (over.isEmpty() && provoked <= 2 * Http2Limits.RESETS_MAX) {
            int streamId = 1 + 2 * provoked++;
            provoke(how, streamId);
            // The reset beyond the bound is still written before the end.
            client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
            over = goAwayBefore(Http2TestClient.PING, 0);
        }
        assertThat(over).hasValue(Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(provoked).isEqualTo(Http2Limits.RESETS_MAX + 1);
    }

    /// As fast as a client can, in steps of one read: it has sent too many within some second.
    @Test
    void floodOfWindowUpdatesEndsTheConnection() throws Exception {
        byte[] update = Http2TestClient.bytes(Http2TestClient.WINDOW_UPDATE, 0, 0, Http2TestClient.fourBytes(1));
        byte[] ping = Http2TestClient.bytes(Http2TestClient.PING, 0, 0, new byte[8]);
        ByteBuffer step = ByteBuffer.allocate(100 * update.length + ping.length);
        for (int i = 0; i < 100; i++) {
            step.put(update);
        }
        step.put(ping);
        OptionalLong over = OptionalLong.empty();
        for (int i = 0; i < 1_000 && over.isEmpty(); i++) {
            client.raw(step.array());
            over = goAwayBefore(Http2TestClient.PING, 0);
        }
        assertThat(over).hasValue(Http2Error.ENHANCE_YOUR_CALM.code());
    }

    /// Opens both windows for every 512 bytes: more often than honest clients, and within the bound.
    @Test
    void clientThatTakesALargeAnswerInSmallPiecesMay() throws Exception {
        int bytes = 4 << 20;
        client.get(1, "/bytes?" + bytes);
        int taken = 0;
        while (taken < bytes) {
            int piece = client.await(Http2TestClient.DATA, 1).payload().length;
            for (int at = 0; at < piece; at += 512) {
                int opened = Math.min(512, piece - at);
                client.windowUpdate(0, opened);
                client.windowUpdate(1, opened);
            }
            taken += piece;
        }
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }

    @Test
    void connectionWindowThatOverflowsEndsTheConnection() throws Exception {
        client.windowUpdate(0, Integer.MAX_VALUE);
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
    }

    @Test
    void settingThatOverflowsAWindowEndsTheConnection() throws Exception {
        client.get(1, "/hold");
        client.windowUpdate(1, 1 << 20);
        origin.awaitHeld();
        client.frame(Http2TestClient.SETTINGS, 0, 0, new byte[] {0, 4, 0x7f, -1, -1, -1});
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
    }

    /// What a hundred answers hold that nobody takes is bounded for each.
    @Test
    void shutWindowsHoldLittle() throws Exception {
        client.close();
        client = Http2TestClient.connect(server.port(), 0);
        for (int i = 0; i < 100; i++) {
            client.get(1 + 2 * i, "/bytes?10000000");
        }
        client.await(Http2TestClient.HEADERS, 199);
        client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
        client.await(Http2TestClient.PING, 0);
        assertThat(origin.produced.get()).isLessThan(100L * 64 * 1024);
    }
}
