package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.BackendLimits;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Large bodies past a side that does not read: the other side is stopped, and goes on when the first does.
@ExtendWith(LeakWatch.class)
@Timeout(60)
class BackPressureComponentTest {
    private static final int BODY_BYTES = 20 << 20;
    /// What the kernel's four socket buffers may take on loopback, and a little of our own.
    private static final int IN_FLIGHT_BYTES_MAX = 14 << 20;
    private static final int PIECE_BYTES = 64 << 10;

    private static TestGateway gateway(Transport transport, TestUpstream upstream) throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT.transport(transport))
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, upstream.endpoint())
                .rule("/", TestGateway.rule("all").build())
                .listen();
    }

    private static void sendBody(Wire to, AtomicLong sent) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int i = 0; i < BODY_BYTES / PIECE_BYTES; i++) {
            to.send(piece);
            sent.addAndGet(PIECE_BYTES);
        }
    }

    /// Waits until nothing more is sent for a while, and gives what was.
    private static long stalled(AtomicLong sent) {
        AtomicLong seen = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .until(() -> sent.get() > 0 && seen.getAndSet(sent.get()) == sent.get());
        return sent.get();
    }

    private static long pooledBytes() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void clientThatDoesNotReadStopsTheUpstream(Transport transport) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.read();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
                    sendBody(wire, sent);
                    wire.readRest();
                });
                TestGateway gateway = gateway(transport, upstream);
                Wire client = gateway.client()) {
            long pooledBefore = pooledBytes();
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readHead().status()).isEqualTo(200);
            assertThat(stalled(sent)).isLessThan(IN_FLIGHT_BYTES_MAX);
            assertThat(pooledBytes() - pooledBefore).isLessThan(4 << 20);
            assertThat(client.skip(BODY_BYTES)).isEqualTo(BODY_BYTES);
            assertThat(sent).hasValue(BODY_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void upstreamThatDoesNotReadStopsTheClient(Transport transport) throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch reads = new CountDownLatch(1);
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    wire.readHead();
                    awaitLatch(reads);
                    long read = wire.skip(BODY_BYTES);
                    String text = Long.toString(read);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
                    wire.readRest();
                });
                TestGateway gateway = gateway(transport, upstream);
                Wire client = gateway.client()) {
            long pooledBefore = pooledBytes();
            Thread upload = Thread.ofVirtual().start(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
                    sendBody(client, sent);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(stalled(sent)).isLessThan(IN_FLIGHT_BYTES_MAX);
            assertThat(pooledBytes() - pooledBefore).isLessThan(4 << 20);
            reads.countDown();
            assertThat(client.read().body()).isEqualTo(Integer.toString(BODY_BYTES));
            assertThat(upload.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("never released");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
