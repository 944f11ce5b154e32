package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Balance;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.forebay.mesh.LoadBalancer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Backends that listen on a socket of this machine, on each transport.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class UnixSocketComponentTest {
    private Path folder;
    private Path socket;
    private UnixUpstream upstream;

    @BeforeEach
    void begin() throws IOException {
        // Not in the test's own folder: a path of more than 107 bytes is no socket.
        folder = Files.createTempDirectory("fb");
        socket = folder.resolve("up");
        upstream = new UnixUpstream(socket);
    }

    @AfterEach
    void end() throws IOException {
        upstream.close();
        Files.deleteIfExists(socket);
        Files.delete(folder);
    }

    private TestGateway gateway(Transport transport, HealthCheck health) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.transport(transport))
                .backend(new Backend(
                        new BackendId("default", "up"),
                        List.of(Endpoint.unix(socket.toString())),
                        BackendLimits.DEFAULT,
                        LoadBalancer.of(Balance.ROUND_ROBIN),
                        health,
                        BackendTransport.DEFAULT))
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void callsGoThroughTheSocketAndKeepIt(Transport transport) throws Exception {
        try (TestGateway gateway = gateway(transport, HealthCheck.NONE);
                Wire client = gateway.client()) {
            assertThat(client.get("/a").body()).isEqualTo("1");
            assertThat(client.post("/b", "x".repeat(100_000)).body()).isEqualTo("2");
            assertThat(upstream.heads.take())
                    .startsWith("GET /a HTTP/1.1\r\n")
                    .containsIgnoringCase("host: shop.example");
            await().until(() -> gateway.access.lines().stream()
                    .anyMatch(line -> line.contains("\"upstream\":\"unix:" + socket + "\"")));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void socketThatIsNotThereIsAnEndpointThatIsNotReady(Transport transport) throws Exception {
        upstream.close();
        Files.delete(socket);
        try (TestGateway gateway = gateway(transport, HealthCheck.NONE)) {
            Wire.Message answer = gateway.get("/");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("no-ready-endpoint");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void socketIsProbedLikeAnyEndpoint(Transport transport) throws Exception {
        HealthCheck probed = new HealthCheck(
                new HealthCheck.Active(
                        TimeUnit.MILLISECONDS.toNanos(100),
                        TimeUnit.SECONDS.toNanos(10),
                        1,
                        1,
                        new HealthCheck.Probe.Http("GET", "/up", Set.of(200))),
                null,
                0);
        String healthy = "forebay_backend_endpoints{backend=\"default/up\",state=\"healthy\"}";
        try (TestGateway gateway = gateway(transport, probed)) {
            String head = upstream.heads.poll(30, TimeUnit.SECONDS);
            assertThat(head).startsWith("GET /up HTTP/1.1\r\nhost: localhost\r\n");
            await().until(() -> gateway.meter(healthy) == 1);
            upstream.close();
            Files.delete(socket);
            await().until(() -> gateway.meter(healthy) == 0);
        }
    }

    /// Answers each request of a connection with its number.
    private static final class UnixUpstream implements AutoCloseable {
        final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
        private final ServerSocketChannel server;

        UnixUpstream(Path path) throws IOException {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().name("unix-upstream").start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    SocketChannel accepted = server.accept();
                    Thread.ofVirtual().name("unix-connection").start(() -> serve(accepted));
                }
            } catch (IOException e) {
                // The end of the test.
            }
        }

        private void serve(SocketChannel accepted) {
            try (accepted) {
                for (int call = 1; ; call++) {
                    String head = head(accepted);
                    heads.add(head);
                    skip(accepted, head);
                    String body = Integer.toString(call);
                    accepted.write(StandardCharsets.ISO_8859_1.encode(
                            "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
                }
            } catch (IOException e) {
                // The other side has closed.
            }
        }

        private static String head(SocketChannel from) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                bytes.write(next(from, 1));
            }
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        private static void skip(SocketChannel from, String head) throws IOException {
            for (String line : head.lines().toList()) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                    next(from, Integer.parseInt(line.substring(16)));
                }
            }
        }

        private static byte[] next(SocketChannel from, int size) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(size);
            while (buffer.hasRemaining()) {
                if (from.read(buffer) < 0) {
                    throw new IOException("closed");
                }
            }
            return buffer.array();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
