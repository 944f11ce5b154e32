package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.proxy.ReplaySpool;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Endpoint;
import io.forebay.policy.route.RetryRule;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bodies that are too long for memory and are made again from a file (`retry.bodyLimit`).
@ExtendWith(LeakWatch.class)
@Timeout(120)
class ReplayComponentTest {
    private static final int MIB = 1 << 20;
    private static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final String body = body(5 * MIB);

    private static String body(int bytes) {
        byte[] random = new byte[bytes];
        new Random(42).nextBytes(random);
        return new String(random, StandardCharsets.ISO_8859_1);
    }

    private static TestGateway gateway(long bodyBytesMax, Function<Path, ReplaySpool> replays, Endpoint... endpoints)
            throws IOException {
        return gateway(BackendTransport.DEFAULT, bodyBytesMax, replays, endpoints);
    }

    private static TestGateway gateway(
            BackendTransport transport, long bodyBytesMax, Function<Path, ReplaySpool> replays, Endpoint... endpoints)
            throws IOException {
        return new TestGateway(TestGateway.Boot.DEFAULT, replays)
                .backend(TestGateway.BACKEND, BackendLimits.DEFAULT, transport, endpoints)
                .rule(
                        "/",
                        TestGateway.rule("all")
                                .retry(new RetryRule(3, List.of(503), 0, bodyBytesMax))
                                .build())
                .listen();
    }

    private static TestGateway gateway(Endpoint... endpoints) throws IOException {
        return gateway(10L * MIB, ReplaySpool::in, endpoints);
    }

    /// Answers the first `failures` requests with `answer`, or closes where that is empty, the others with 200.
    private static TestUpstream failing(int failures, String answer) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        TestUpstream[] self = new TestUpstream[1];
        self[0] = TestUpstream.of(wire -> {
            while (true) {
                self[0].requests.add(wire.read());
                if (seen.getAndIncrement() >= failures) {
                    wire.send(TestUpstream.OK);
                } else if (answer.isEmpty()) {
                    return;
                } else {
                    wire.send(answer);
                }
            }
        });
        return self[0];
    }

    private static String head(int bytes) {
        return "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes + "\r\n\r\n";
    }

    private static double bodies(TestGateway gateway, String outcome) {
        return gateway.meter("forebay_replay_bodies_total{outcome=\"" + outcome + "\"}");
    }

    private void sentTwice(TestUpstream upstream, TestGateway gateway) throws Exception {
        assertThat(upstream.request().body().equals(body)).isTrue();
        assertThat(upstream.request().body().equals(body)).isTrue();
        assertThat(bodies(gateway, "replayed")).isEqualTo(1);
        assertThat(gateway.namedBodies()).isEmpty();
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(gateway.meter("forebay_replay_bytes")).isZero());
        assertThat(bodies(gateway, "kept")).isEqualTo(1);
    }

    @Test
    void bodyIsSentAgainAfterAnAnswerThatIsRetried() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = gateway(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("ok");
            sentTwice(upstream, gateway);
            assertThat(client.get("/next").body()).isEqualTo("ok");
        }
    }

    @Test
    void bodyIsSentAgainAfterAConnectionThatBreaks() throws Exception {
        try (TestUpstream upstream = failing(1, "");
                TestGateway gateway = gateway(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("ok");
            sentTwice(upstream, gateway);
        }
    }

    @Test
    void bodyIsSentAgainAfterAStreamThatIsRefused() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        try (Http2TestUpstream upstream = Http2TestUpstream.of(call -> {
                    if (seen.getAndIncrement() == 0) {
                        call.reset(Http2Error.REFUSED_STREAM);
                    } else {
                        call.head(false, "200").data(true, "ok");
                    }
                });
                TestGateway gateway = gateway(
                        new BackendTransport(BackendTransport.Http.VERSION_2, null),
                        10L * MIB,
                        ReplaySpool::in,
                        upstream.endpoint());
                Wire client = gateway.client()) {
            // Nothing but the refusal lets it be made again: its method is not idempotent.
            client.send(head(body.length()).replace("PUT", "POST") + body);
            assertThat(client.read().body()).isEqualTo("ok");
            for (int turn = 0; turn < 2; turn++) {
                assertThat(upstream.call().text().equals(body)).isTrue();
            }
            assertThat(upstream.accepted).hasValue(1);
            assertThat(bodies(gateway, "replayed")).isEqualTo(1);
            assertThat(bodies(gateway, "kept")).isEqualTo(1);
        }
    }

    /// What the file still has is the upstream's, also once it has begun to answer.
    @Test
    void bodyIsSentWholeToAnUpstreamThatBeginsToAnswerAtOnce() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Queue<Wire.Message> second = new ConcurrentLinkedQueue<>();
        TestUpstream.Script script = wire -> {
            if (seen.getAndIncrement() == 0) {
                wire.read();
                wire.send(BUSY);
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            second.add(wire.read());
            wire.send("0\r\n\r\n");
        };
        try (TestUpstream upstream = TestUpstream.of(script);
                TestGateway gateway = gateway(upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("ok");
            assertThat(second.remove().body().equals(body)).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(gateway.meter("forebay_replay_bytes")).isZero());
        }
    }

    @Test
    void bodyIsKeptThroughAFailedConnect() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = gateway(upstream.endpoint(), TestUpstream.refusing());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("ok");
            sentTwice(upstream, gateway);
        }
    }

    @Test
    void chunkedBodyAndItsTrailersAreSentAgain() throws Exception {
        try (TestUpstream upstream = failing(1, BUSY);
                TestGateway gateway = gateway(upstream.endpoint());
                Wire client = gateway.client()) {
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\nx-sum: 42\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
            for (int turn = 0; turn < 2; turn++) {
                Wire.Message request = upstream.request();
                assertThat(request.body().equals(body)).isTrue();
                assertThat(request.trailers()).isEqualTo("x-sum: 42\r\n");
            }
        }
    }

    /// The file has what was sent, and the client still sends the rest.
    @Test
    void clientThatIsSlowGoesOnWhereItWas() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        TestUpstream[] self = new TestUpstream[1];
        try (TestUpstream upstream = TestUpstream.of(wire -> {
                    if (seen.getAndIncrement() == 0) {
                        wire.socket.getInputStream().readNBytes(MIB);
                        return;
                    }
                    self[0].requests.add(wire.read());
                    wire.send(TestUpstream.OK);
                });
                TestGateway gateway = gateway(upstream.endpoint());
                Wire client = gateway.client()) {
            self[0] = upstream;
            client.send(head(body.length()) + body.substring(0, 2 * MIB));
            await().atMost(LONG).until(() -> bodies(gateway, "replayed") == 1);
            client.send(body.substring(2 * MIB));
            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(upstream.request().body().equals(body)).isTrue();
        }
    }

    @Test
    void bodyBeyondTheLimitIsSentOnce() throws Exception {
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = gateway(MIB, ReplaySpool::in, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("busy");
            client.send("PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("busy");
            assertThat(upstream.requests)
                    .hasSize(2)
                    .allMatch(request -> request.body().equals(body));
            assertThat(bodies(gateway, "too-long")).isEqualTo(2);
        }
    }

    @Test
    void bodyThatFindsNoRoomIsSentOnce() throws Exception {
        try (ExecutorService disk = Executors.newSingleThreadExecutor();
                TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway =
                        gateway(10L * MIB, folder -> ReplaySpool.in(folder, disk, MIB), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("busy");
            assertThat(upstream.requests)
                    .hasSize(1)
                    .allMatch(request -> request.body().equals(body));
            assertThat(bodies(gateway, "full")).isEqualTo(1);
        }
    }

    /// A disk that does nothing at all: the client waits for it a while, then the call goes on without.
    @Test
    void bodyPassesADiskThatIsSlow() throws Exception {
        Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = gateway(
                        10L * MIB, folder -> ReplaySpool.in(folder, waiting::add, 1L << 30), upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("busy");
            assertThat(upstream.requests)
                    .hasSize(1)
                    .allMatch(request -> request.body().equals(body));
            assertThat(bodies(gateway, "slow")).isEqualTo(1);
            assertThat(waiting).isNotEmpty();
        }
    }

    @Test
    void bodyPassesADiskThatFails() throws Exception {
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = gateway(
                        10L * MIB,
                        folder -> {
                            AtomicInteger done = new AtomicInteger();
                            return ReplaySpool.in(
                                    folder,
                                    work -> {
                                        if (done.getAndIncrement() > 3) {
                                            throw new RejectedExecutionException("planted");
                                        }
                                        work.run();
                                    },
                                    1L << 30);
                        },
                        upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("busy");
            assertThat(upstream.requests)
                    .hasSize(1)
                    .allMatch(request -> request.body().equals(body));
            assertThat(bodies(gateway, "failed")).isEqualTo(1);
        }
    }

    /// With all pieces written the first read fails, or one in the middle; with a last piece that is short its write
    /// does.
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 20", "1, 0"})
    void bodyThatIsLostAsItIsSentAgainIs502(int moreBytes, int worksMore) throws Exception {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        TestUpstream.Script script = wire -> {
            wire.read();
            left.set(worksMore);
            wire.send(BUSY);
        };
        String sent = body + "x".repeat(moreBytes);
        try (TestUpstream upstream = TestUpstream.of(script);
                TestGateway gateway = gateway(
                        10L * MIB,
                        folder -> ReplaySpool.in(
                                folder,
                                work -> {
                                    if (left.getAndDecrement() <= 0) {
                                        throw new RejectedExecutionException("planted");
                                    }
                                    work.run();
                                },
                                1L << 30),
                        upstream.endpoint());
                Wire client = gateway.client()) {
            Wire.Message answer = client.send(head(sent.length()) + sent).read();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("\"reason\":\"replay-lost\"").contains("upstream-reset");
            await().atMost(LONG).until(() -> !gateway.access.lines().isEmpty());
            assertThat(gateway.access.lines().getFirst())
                    .contains("\"reason\":\"replay-lost\"")
                    .contains("\"flag\":\"upstream-reset-before-answer\"");
            assertThat(bodies(gateway, "replayed")).isEqualTo(1);
            assertThat(bodies(gateway, "failed")).isEqualTo(1);
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(gateway.meter("forebay_replay_bytes")).isZero());
        }
    }

    @Test
    void nothingIsKeptOfAClientThatLeaves() throws Exception {
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = gateway(upstream.endpoint())) {
            try (Wire client = gateway.client()) {
                client.send(head(body.length()) + body.substring(0, 2 * MIB));
                await().atMost(LONG).until(() -> gateway.meter("forebay_replay_bytes") >= MIB);
            }
            await().atMost(LONG).until(() -> gateway.meter("forebay_replay_bytes") == 0);
            assertThat(gateway.namedBodies()).isEmpty();
        }
    }

    @Test
    void withoutTheLimitNoFileIsMade() throws Exception {
        try (TestUpstream upstream = failing(9, BUSY);
                TestGateway gateway = gateway(0, ReplaySpool::in, upstream.endpoint());
                Wire client = gateway.client()) {
            assertThat(client.send(head(body.length()) + body).read().body()).isEqualTo("busy");
            for (ReplaySpool.Outcome outcome : ReplaySpool.Outcome.values()) {
                assertThat(bodies(gateway, outcome.text())).isZero();
            }
        }
    }

    @Test
    void startSweepsWhatAKilledProcessLeft(@TempDir Path folder) throws Exception {
        Path left = Files.writeString(folder.resolve("17.body"), "left");
        ReplaySpool.in(folder, Runnable::run, MIB).close();
        assertThat(left).doesNotExist();
    }
}
