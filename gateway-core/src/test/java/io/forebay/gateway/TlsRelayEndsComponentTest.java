package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Transport;
import io.forebay.policy.ClientTraffic;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// How connections end whose TLS ends here: close_notify is an end on one side as FIN is on the other, and whatever
/// else ends one is a reset of the other. In TLS 1.2 whoever hears close_notify answers with one and says nothing more
/// (RFC 5246 section 7.2.1); from TLS 1.3 on each side ends by itself (RFC 8446 section 6.1).
@ExtendWith(LeakWatch.class)
@Timeout(120)
class TlsRelayEndsComponentTest {
    private static final String HOST = "db.example";
    private static final int LONG_BYTES = 3_000_000;
    /// RFC 5246 section 6.2.1.
    private static final int ALERT = 21;

    private final TestCertificates certificates = new TestCertificates();
    private final CompletableFuture<String> heard = new CompletableFuture<>();

    TlsRelayEndsComponentTest() throws Exception {}

    private TestGateway listening(TestUpstream upstream, Transport transport) throws Exception {
        return TlsRelayComponentTest.listen(
                TlsRelayComponentTest.gateway(TestGateway.Boot.DEFAULT.transport(transport), upstream),
                ClientTraffic.NONE,
                TlsRelayComponentTest.relayed(certificates.host(HOST, new ClientValidation.None())));
    }

    private TestGateway listening(TestUpstream upstream) throws Exception {
        return listening(upstream, Transport.EPOLL);
    }

    /// A client's socket, and what has come by it before it was decrypted.
    private static final class Recorded extends Socket {
        private final ByteArrayOutputStream came = new ByteArrayOutputStream();

        Recorded(int port) throws IOException {
            connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int b = super.read();
                    if (b >= 0) {
                        came.write(b);
                    }
                    return b;
                }

                @Override
                public int read(byte[] bytes, int from, int size) throws IOException {
                    int read = super.read(bytes, from, size);
                    if (read > 0) {
                        came.write(bytes, from, read);
                    }
                    return read;
                }
            };
        }

        /// What the last record is, where TLS 1.2 does not hide it.
        int lastRecord() {
            byte[] bytes = came.toByteArray();
            int type = 0;
            for (int at = 0; at + 5 <= bytes.length; ) {
                type = bytes[at];
                at += 5 + (((bytes[at + 3] & 0xff) << 8) | (bytes[at + 4] & 0xff));
            }
            return type;
        }
    }

    private SSLSocket over(Socket raw, String version) throws Exception {
        raw.setSoTimeout(30_000);
        SSLSocket tls =
                (SSLSocket) certificates.context(null).getSocketFactory().createSocket(raw, HOST, raw.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(HOST)));
        parameters.setProtocols(new String[] {version});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    /// Says hello, and notes how the client ends.
    private TestUpstream listener(@Nullable String last) throws IOException {
        return TestUpstream.of(wire -> {
            wire.send("hello\n");
            if (last != null) {
                wire.send(last).socket.shutdownOutput();
            }
            try {
                String line = wire.readLine();
                wire.socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                heard.complete(line + ", an end");
            } catch (java.io.EOFException e) {
                heard.complete("an end");
            } catch (IOException e) {
                heard.complete("a reset");
            }
        });
    }

    private String heard() throws Exception {
        return heard.get(30, TimeUnit.SECONDS);
    }

    @Test
    void clientThatBeginsAnotherHandshakeIsEnded() throws Exception {
        try (TestUpstream upstream = listener(null);
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.2");
            assertThat(new Wire(tls).readLine()).isEqualTo("hello");

            // Sends a hello, and does not wait for what comes of it.
            tls.startHandshake();

            assertThatIOException().isThrownBy(() -> tls.getInputStream().read());
            assertThat(heard()).isEqualTo("a reset");
            assertThat(TlsRelayComponentTest.record(gateway)).contains("\"reason\":\"client-reset\"");
        }
    }

    private static void end(Socket raw, boolean isReset) throws IOException {
        if (isReset) {
            raw.setSoLinger(true, 0);
            raw.close();
        } else {
            raw.shutdownOutput();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.3, true"})
    void clientWithoutCloseNotifyIsAReset(String version, boolean isReset) throws Exception {
        try (TestUpstream upstream = listener(null);
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, version);
            Wire client = new Wire(tls);
            assertThat(client.readLine()).isEqualTo("hello");
            client.send("pay 10");
            end(raw, isReset);

            assertThat(heard()).isEqualTo("a reset");
            assertThat(TlsRelayComponentTest.record(gateway)).contains("\"reason\":\"client-reset\"");
        }
    }

    @Test
    void clientWithoutCloseNotifyIsAResetAlsoOnceItsUpstreamHasEnded() throws Exception {
        try (TestUpstream upstream = listener("all I have");
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            Wire client = new Wire(over(raw, "TLSv1.3"));
            assertThat(client.readRest()).isEqualTo("hello\nall I have");
            client.send("pay 10");
            raw.shutdownOutput();

            assertThat(heard()).isEqualTo("a reset");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void upstreamThatBreaksOffIsAReset(Transport transport) throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("hello\n");
                    wire.readLine();
                    wire.reset();
                });
                TestGateway gateway = listening(upstream, transport);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.2");
            Wire client = new Wire(tls);
            assertThat(client.readLine()).isEqualTo("hello");
            client.send("how much?\n");

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.getInputStream().read());
            assertThat(raw.lastRecord()).isNotEqualTo(ALERT);
            assertThat(TlsRelayComponentTest.record(gateway)).contains("\"reason\":\"upstream-reset\"");
        }
    }

    @Test
    void upstreamThatBreaksOffIsAResetAlsoOnceItsClientHasEnded() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("hello\n");
                    wire.readRest();
                    wire.send("half");
                    wire.reset();
                });
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.3");
            assertThat(new Wire(tls).readLine()).isEqualTo("hello");
            tls.shutdownOutput();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.getInputStream().readAllBytes());
            await().until(() ->
                    gateway.access.lines().stream().anyMatch(line -> line.contains("\"reason\":\"upstream-reset\"")));
        }
    }

    @Test
    void clientEndsFirstAndHearsALongAnswer() throws Exception {
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    String asked = wire.readRest();
                    wire.send(asked + "x".repeat(LONG_BYTES));
                });
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.3");
            tls.getOutputStream().write("all I ask".getBytes(StandardCharsets.US_ASCII));
            tls.shutdownOutput();

            String answer = new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).hasSize(9 + LONG_BYTES).startsWith("all I askx");
            assertThat(TlsRelayComponentTest.record(gateway)).doesNotContain("reason");
        }
    }

    @Test
    void endInTls12IsCloseNotifyAndTheEndOfBothWays() throws Exception {
        try (TestUpstream upstream = listener("all I have");
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            assertThat(new Wire(over(raw, "TLSv1.2")).readRest()).isEqualTo("hello\nall I have");

            assertThat(raw.lastRecord()).isEqualTo(ALERT);
            assertThat(heard()).isEqualTo("an end");
            assertThat(TlsRelayComponentTest.record(gateway)).doesNotContain("reason");
        }
    }

    @Test
    void endOfTheClientInTls12IsOneForTheUpstream() throws Exception {
        try (TestUpstream upstream = listener(null);
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.2");
            Wire client = new Wire(tls);
            assertThat(client.readLine()).isEqualTo("hello");
            client.send("bye\n");
            tls.shutdownOutput();

            assertThat(heard()).isEqualTo("bye, an end");
        }
    }

    @Test
    void upstreamEndsFirstAndHearsALongRequest() throws Exception {
        CompletableFuture<Long> bytes = new CompletableFuture<>();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.send("all I have").socket.shutdownOutput();
                    bytes.complete(wire.skip(Long.MAX_VALUE));
                });
                TestGateway gateway = listening(upstream);
                Recorded raw = new Recorded(gateway.port)) {
            SSLSocket tls = over(raw, "TLSv1.3");
            assertThat(new Wire(tls).readRest()).isEqualTo("all I have");
            tls.getOutputStream().write(new byte[LONG_BYTES]);
            tls.shutdownOutput();

            assertThat(bytes.get(30, TimeUnit.SECONDS)).isEqualTo(LONG_BYTES);
            assertThat(TlsRelayComponentTest.record(gateway)).doesNotContain("reason");
        }
    }
}
