package io.forebay.gateway.http;

import static io.forebay.gateway.http.Http2TestClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Http2TestClient.Frame;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Frames for streams that their client has ended (RFC 9113 sections 5.1 and 5.1.1).
@ExtendWith(LeakWatch.class)
class Http2ClosedStreamsComponentTest {
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

    @Test
    void headAfterTheRequestsEndResetsItsStream() throws Exception {
        client.get(1, "/hold");
        client.get(1, "/hold");
        assertThat(client.await(Http2TestClient.RST_STREAM, 1).code()).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
        assertThat(origin.awaitEnd().isClientGone()).isTrue();
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }

    @Test
    void headForStreamThatIsOverEndsTheConnection() throws Exception {
        client.get(1, "/x");
        assertThat(client.answer(1).status()).isEqualTo(200);
        client.get(1, "/x");
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
    }

    @Test
    void headForNumberThatWasLeftOutEndsTheConnection() throws Exception {
        client.get(5, "/x");
        client.get(3, "/x");
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
    }

    @Test
    void dataForStreamThatTheClientHasEndedResetsIt() throws Exception {
        client.get(1, "/x");
        assertThat(client.answer(1).status()).isEqualTo(200);
        client.data(1, false, new byte[10]);
        assertThat(client.await(Http2TestClient.RST_STREAM, 1).code()).isEqualTo((int) Http2Error.STREAM_CLOSED.code());
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }

    /// A client that is answered early has sent more by then, and may have its connection for other requests.
    @Test
    void whatWasOnItsWayWhenItsStreamWasResetIsDropped() throws Exception {
        client.headers(1, false, request("POST", "/refuse"));
        assertThat(client.answer(1).status()).isEqualTo(403);
        assertThat(client.await(Http2TestClient.RST_STREAM, 1).code()).isEqualTo((int) Http2Error.NO_ERROR.code());
        for (int i = 0; i < 5; i++) {
            client.data(1, false, new byte[100]);
        }
        client.headers(1, true, "x-sum", "7");
        client.frame(Http2TestClient.PING, 0, 0, new byte[8]);
        List<Frame> before = new ArrayList<>();
        Frame frame = client.next();
        while (frame != null && frame.type() != Http2TestClient.PING) {
            before.add(frame);
            frame = client.next();
        }
        assertThat(frame).as("the connection stays").isNotNull();
        assertThat(before).noneMatch(each -> each.streamId() == 1);
        client.get(3, "/x");
        assertThat(client.answer(3).status()).isEqualTo(200);
    }

    @Test
    void floodOfFramesForStreamThatWasResetEndsTheConnection() throws Exception {
        client.headers(1, false, request("POST", "/refuse"));
        client.await(Http2TestClient.RST_STREAM, 1);
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 0; i <= 2 * Http2Limits.CONTROL_FRAMES_MAX; i++) {
            flood.writeBytes(Http2TestClient.bytes(Http2TestClient.DATA, 0, 1));
        }
        client.raw(flood.toByteArray());
        assertThat(client.goAwayCodeAtEnd()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
    }
}
