package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.proxy.MirrorCounts;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Requests of unknown length that are held, under a small bound of all bodies.
@ExtendWith(LeakWatch.class)
class HeldRequestComponentTest {
    private static final long THRESHOLD_BYTES = 100_000;

    private final Collecting collecting = new Collecting(10_000);
    private final BlockingQueue<Long> countedAtEnd = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private EdgeServer server;

    /// Holds each request.
    private final class Holding implements RequestHandler {
        private final Forwarder nowhere =
                new Forwarder(new LoopUpstreams[0], new MirrorCounts(), SessionKey.random(new SecureRandom()));

        @Override
        public void onRequest(Exchange exchange) {
            new HeldRequest(exchange, THRESHOLD_BYTES, collecting, nowhere, nowhere, held -> null);
        }

        @Override
        public void onMalformed(Exchange exchange, Malformed reason) {
            ProblemWriter.answer(exchange, ProblemCatalog.of(reason));
        }

        @Override
        public void onHeadTimeout(Exchange exchange) {
            throw new AssertionError("no head is late here");
        }

        @Override
        public void onEnd(Exchange exchange) {
            countedAtEnd.add(collecting.bytes());
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = EdgeServer.cleartext(new Holding());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    private Socket holding(int bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        sockets.add(socket);
        socket.setSoTimeout(30_000);
        write(socket, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        write(socket, Integer.toHexString(bytes) + "\r\n" + "x".repeat(bytes) + "\r\n");
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private void awaitCounted(long bytes) {
        Awaitility.await().untilAsserted(() -> assertThat(collecting.bytes()).isEqualTo(bytes));
    }

    @Test
    void heldBodyThatFindsNoRoomAmongAllIs503AndHoldsNothing() throws Exception {
        holding(4_000);
        holding(4_000);
        awaitCounted(8_192);
        byte[] answer = new byte[2048];
        int size = holding(4_000).getInputStream().read(answer);
        assertThat(new String(answer, 0, size, StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 503")
                .contains("intake-paused", "retry-after");
        assertThat(collecting.bytes()).isEqualTo(8_192);
    }

    @Test
    void clientThatLeavesTakesItsBytesOutOfTheCount() throws Exception {
        Socket held = holding(4_000);
        awaitCounted(4_096);
        held.close();
        assertThat(countedAtEnd.poll(30, TimeUnit.SECONDS)).isZero();
    }
}
