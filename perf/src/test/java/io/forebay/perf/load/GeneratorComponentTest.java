package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorComponentTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    @Test
    void aClosedLoopCountsEveryAnswerOnce() throws IOException {
        try (ToyServer server = ToyServer.plain(request -> ToyServer.ok("hello"))) {
            LoadResult result = run(plan(server.address()).connections(4).millis(0, 300));

            assertThat(result.requests()).isPositive();
            assertThat(result.statuses()).containsExactly(Map.entry(200, result.requests()));
            assertThat(result.samples()).isEqualTo(result.requests());
            assertThat(result.faults(200)).isZero();
            assertThat(result.faults(202)).isEqualTo(result.requests());
            assertThat(server.requests()).isBetween((int) result.requests(), (int) result.requests() + 4);
        }
    }

    @Test
    void aStallIsChargedToEveryRequestThatShouldHaveBeenSentInIt() throws IOException {
        LoadResult paced;
        LoadResult closed;
        try (ToyServer server = stalling(200)) {
            paced = run(plan(server.address()).connections(1).millis(0, 1000).rate(500));
        }
        try (ToyServer server = stalling(200)) {
            closed = run(plan(server.address()).connections(1).millis(0, 1000));
        }
        // 200 of 500 were due during the 400 ms of silence, so a tenth of all waited for 300 ms or so.
        assertThat(paced.scheduled()).isEqualTo(500);
        assertThat(paced.p90Ms()).isGreaterThan(200);
        assertThat(paced.p50Ms()).isLessThan(paced.p90Ms());
        // The closed loop asked nothing meanwhile and saw one slow answer: what the correction is for.
        assertThat(closed.maxMs()).isGreaterThan(390);
        assertThat(closed.p90Ms()).isLessThan(200);
    }

    private static ToyServer stalling(int number) throws IOException {
        return ToyServer.plain(request -> {
            if (request.number() == number) {
                boolean isReleased = new CountDownLatch(1).await(400, TimeUnit.MILLISECONDS);
                assertThat(isReleased).isFalse();
            }
            return ToyServer.ok("");
        });
    }

    @Test
    void aRateIsHeldAndWhatWasNeverAnsweredCountsAsUnfinished() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ToyServer server = ToyServer.plain(request -> {
            if (request.number() > 50) {
                never.await();
            }
            return ToyServer.ok("");
        })) {
            LoadResult result =
                    run(plan(server.address()).connections(2).millis(0, 1000).rate(100));

            assertThat(result.scheduled()).isEqualTo(100);
            assertThat(result.requests()).isEqualTo(50);
            assertThat(result.unfinished()).isEqualTo(50);
            assertThat(result.samples()).isEqualTo(100);
        } finally {
            never.countDown();
        }
    }

    @Test
    void eachTokenIsSentOnceAndTheRunEndsWithTheLast() throws IOException {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Path tokens = folder.resolve("tokens");
        Files.write(tokens, IntStream.range(0, 500).mapToObj(i -> "token-" + i).toList());
        try (ToyServer server = ToyServer.plain(request -> {
            seen.add(authorization(request.head()));
            return ToyServer.ok("x");
        })) {
            LoadResult result =
                    run(plan(server.address()).connections(3).millis(0, 60_000).tokens(tokens, true));

            assertThat(result.requests()).isEqualTo(500);
            assertThat(result.tokens()).isEqualTo(500);
            assertThat(seen).hasSize(500).contains("Authorization: Bearer token-499");
            assertThat(result.seconds()).isLessThan(60);
        }
    }

    private static String authorization(String head) {
        return head.lines()
                .filter(line -> line.startsWith("Authorization: "))
                .findFirst()
                .orElse("none");
    }

    @Test
    void tokensAreUsedEquallyOften() throws IOException {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        Path tokens = Files.write(folder.resolve("tokens"), List.of("a", "b", "c"));
        try (ToyServer server = ToyServer.plain(request -> {
            seen.add(authorization(request.head()));
            return ToyServer.ok("x");
        })) {
            run(plan(server.address()).connections(1).millis(0, 200).tokens(tokens, false));
        }
        assertThat(List.copyOf(seen).subList(0, 6))
                .containsExactly(
                        "Authorization: Bearer a",
                        "Authorization: Bearer b",
                        "Authorization: Bearer c",
                        "Authorization: Bearer a",
                        "Authorization: Bearer b",
                        "Authorization: Bearer c");
    }

    @Test
    void bodiesArriveWhole() throws IOException {
        Set<Integer> lengths = ConcurrentHashMap.newKeySet();
        try (ToyServer server = ToyServer.plain(request -> {
            lengths.add(request.bodyBytes());
            return "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII);
        })) {
            LoadResult result =
                    run(plan(server.address()).post(300_000).connections(2).millis(0, 300));
            assertThat(result.faults(202)).isZero();
            assertThat(lengths).containsExactly(300_000);
        }
    }

    @Test
    void aConnectionClosedAfterItsAnswerIsReopenedWithoutAnError() throws IOException {
        try (ToyServer server = ToyServer.plain(
                request -> "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII))) {
            LoadResult result = run(plan(server.address()).connections(2).millis(0, 300));
            assertThat(result.requests()).isGreaterThan(2);
            assertThat(result.reconnects()).isGreaterThanOrEqualTo(result.requests() - 2);
            assertThat(result.faults(200)).isZero();
        }
    }

    @Test
    void aConnectionClosedInsteadOfAnAnswerIsAnError() throws IOException {
        try (ToyServer server =
                ToyServer.plain(request -> request.number() % 10 == 0 ? new byte[0] : ToyServer.ok(""))) {
            LoadResult result = run(plan(server.address()).connections(1).millis(0, 300));
            assertThat(result.errors().get("CLOSED")).isPositive();
            assertThat(result.requests()).isPositive();
        }
    }

    @Test
    void aClosedPortIsCountedAndNotHammered() throws IOException {
        InetSocketAddress closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
        LoadResult result = run(plan(closed).connections(1).millis(0, 300));
        assertThat(result.requests()).isZero();
        assertThat(result.errors().get("CONNECT")).isBetween(1L, 40L);
    }

    @Test
    void anAnswerThatNeverComesIsATimeout() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ToyServer server = ToyServer.plain(request -> {
            never.await();
            return ToyServer.ok("");
        })) {
            LoadResult result =
                    run(plan(server.address()).connections(1).millis(0, 600).timeoutMillis(100));
            assertThat(result.errors().get("TIMEOUT")).isPositive();
            assertThat(result.firstError()).startsWith("TIMEOUT");
        } finally {
            never.countDown();
        }
    }

    @Test
    void aClientCertificateIsPresentedAndWithoutItTheHandshakeFails() throws Exception {
        KeyStore store = keyStore();
        Path certificate =
                pem("client.crt", "CERTIFICATE", store.getCertificate("bench").getEncoded());
        Key privateKey = store.getKey("bench", PASSWORD);
        Path key = pem("client.key", "PRIVATE KEY", privateKey.getEncoded());
        String body = "y".repeat(40_000); // several records
        try (ToyServer server = new ToyServer(mutualTls(store), request -> ToyServer.ok(body))) {
            LoadResult known = run(
                    plan(server.address()).tls(certificate, key).connections(3).millis(0, 500));
            LoadResult unknown =
                    run(plan(server.address()).tls(null, null).connections(1).millis(0, 200));

            assertThat(known.requests()).isPositive();
            assertThat(known.faults(200)).isZero();
            assertThat(unknown.requests()).isZero();
            assertThat(unknown.faults(200)).isPositive();
        }
    }

    @Test
    void manyStreamsOfOneConnectionAreAnswered() throws Exception {
        try (Echo echo = new Echo("grpc")) {
            LoadResult result =
                    run(plan(echo.address()).connections(3).millis(0, 400).shape(LoadShape.of(Protocol.HTTP2, 8)));
            assertThat(result.requests()).isGreaterThan(24);
            assertThat(result.faults(200)).isZero();
            assertThat(result.samples()).isEqualTo(result.requests());
        }
    }

    @Test
    void callsOfGrpcAreAnsweredAlsoWhenBodiesExceedTheFirstWindows() throws Exception {
        try (Echo echo = new Echo("grpc")) {
            LoadResult result = run(plan(echo.address())
                    .post(8_000)
                    .connections(1)
                    .millis(0, 400)
                    .shape(LoadShape.of(Protocol.GRPC, 16)));
            assertThat(result.requests()).isGreaterThan(16);
            assertThat(result.statuses()).containsOnlyKeys(200);
            assertThat(result.faults(200)).isZero();
        }
    }

    @Test
    void pacedStreamsCountFromWhenTheyWereDue() throws Exception {
        try (Echo echo = new Echo("grpc")) {
            LoadResult result = run(plan(echo.address())
                    .connections(2)
                    .millis(0, 500)
                    .rate(200)
                    .shape(LoadShape.of(Protocol.HTTP2, 4)));
            assertThat(result.scheduled()).isEqualTo(100);
            assertThat(result.samples()).isEqualTo(100);
            assertThat(result.unfinished()).isZero();
        }
    }

    @Test
    void messagesOfAWebSocketComeBack() throws Exception {
        for (int bytes : List.of(0, 100, 5_000, 200_000)) {
            try (Echo echo = new Echo("websocket")) {
                LoadResult result = run(plan(echo.address())
                        .post(bytes)
                        .connections(2)
                        .millis(0, 300)
                        .shape(LoadShape.of(Protocol.WEBSOCKET, 1)));
                assertThat(result.requests()).isGreaterThan(2);
                assertThat(result.faults(200)).isZero();
            }
        }
    }

    @Test
    void aServerThatTakesNoUpgradeIsAnError() throws IOException {
        try (ToyServer server = ToyServer.plain(request -> ToyServer.ok("no"))) {
            LoadResult result = run(plan(server.address())
                    .post(10)
                    .connections(1)
                    .millis(0, 200)
                    .shape(LoadShape.of(Protocol.WEBSOCKET, 1)));
            assertThat(result.requests()).isZero();
            assertThat(result.firstError()).isEqualTo("PARSE: no WebSocket: HTTP/1.1 200 OK");
        }
    }

    @Test
    void aConnectionForEachRequestIsClosedAfterIt() throws IOException {
        try (ToyServer server = ToyServer.plain(request -> ToyServer.ok("x"))) {
            LoadShape each = LoadShape.of(Connecting.EACH, Duration.ZERO);
            LoadResult result =
                    run(plan(server.address()).connections(3).millis(0, 300).shape(each));
            assertThat(result.requests()).isGreaterThan(3);
            assertThat(result.faults(200)).isZero();
            assertThat(result.reconnects()).isZero();
            assertThat(server.connections()).isGreaterThanOrEqualTo((int) result.requests());
        }
    }

    @Test
    void connectionsThatComeWithTheirFirstRequestAreHeld() throws IOException {
        try (ToyServer server = ToyServer.plain(request -> ToyServer.ok("x"))) {
            LoadShape first = LoadShape.of(Connecting.FIRST, Duration.ofMillis(100));
            LoadResult result = run(plan(server.address())
                    .connections(40)
                    .millis(0, 400)
                    .rate(100)
                    .shape(first));
            assertThat(result.requests()).isEqualTo(40);
            assertThat(result.held()).isEqualTo(40);
            assertThat(server.connections()).isEqualTo(40);
        }
    }

    @Test
    void aHeldConnectionThatTheServerClosesIsNotHeld() throws IOException {
        try (ToyServer server = ToyServer.plain(request -> ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: "
                        + (request.number() % 2 == 0 ? "close" : "keep-alive") + "\r\n\r\n")
                .getBytes(US_ASCII))) {
            LoadShape first = LoadShape.of(Connecting.FIRST, Duration.ofMillis(100));
            LoadResult result = run(plan(server.address())
                    .connections(10)
                    .millis(0, 100)
                    .rate(100)
                    .shape(first));
            assertThat(result.held()).isEqualTo(5);
        }
    }

    @Test
    void requestsThatDifferAreTakenInTurn() throws IOException {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (ToyServer server = ToyServer.plain(request -> {
            seen.add(request.head().lines().limit(2).toList().toString());
            return ToyServer.ok("x");
        })) {
            run(plan(server.address()).header("Host: r{}.bench").millis(0, 200).shape(LoadShape.varied(3)));
        }
        assertThat(List.copyOf(seen).subList(0, 4))
                .containsExactly(
                        "[GET / HTTP/1.1, Host: r0.bench]",
                        "[GET / HTTP/1.1, Host: r1.bench]",
                        "[GET / HTTP/1.1, Host: r2.bench]",
                        "[GET / HTTP/1.1, Host: r0.bench]");
    }

    @Test
    void http2OverTlsIsAgreedOnByAlpn() throws Exception {
        KeyStore store = keyStore();
        CompletableFuture<String> agreed = new CompletableFuture<>();
        try (SSLServerSocket server = (SSLServerSocket) mutualTls(store)) {
            server.setNeedClientAuth(false);
            SSLParameters parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
            server.setSSLParameters(parameters);
            Thread.ofVirtual().start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    agreed.complete(socket.getApplicationProtocol());
                } catch (IOException e) {
                    agreed.completeExceptionally(e);
                }
            });
            run(plan((InetSocketAddress) server.getLocalSocketAddress())
                    .tls(null, null)
                    .millis(0, 200)
                    .shape(LoadShape.of(Protocol.HTTP2, 1)));
        }
        assertThat(agreed.get(10, TimeUnit.SECONDS)).isEqualTo("h2");
    }

    /// An origin of its own on a thread of its own.
    private static final class Echo implements AutoCloseable {
        private final EchoOrigin origin;

        Echo(String kind) throws IOException {
            origin = new EchoOrigin(kind, 0);
            Thread.ofPlatform().start(() -> {
                try {
                    origin.serve();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        InetSocketAddress address() throws IOException {
            return origin.address();
        }

        @Override
        public void close() throws IOException {
            origin.close();
        }
    }

    private KeyStore keyStore() throws Exception {
        Path file = folder.resolve("bench.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "bench",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=bench",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Files.readAllBytes(file)), PASSWORD);
        return store;
    }

    private Path pem(String name, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }

    private static ServerSocket mutualTls(KeyStore store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("bench", (X509Certificate) store.getCertificate("bench"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        return socket;
    }

    private static LoadResult run(Plan plan) throws IOException {
        Generator.WindowListener silent = new Generator.WindowListener() {
            @Override
            public void begins() {}

            @Override
            public void ends() {}

            @Override
            public void holds() {}
        };
        try (Generator generator = new Generator(plan.build(), silent)) {
            return generator.run();
        }
    }

    private static Plan plan(InetSocketAddress target) {
        return new Plan(target);
    }

    /// A plan as a test says it.
    private static final class Plan {
        private final InetSocketAddress target;
        private boolean isTls;
        private @Nullable Path certificate;
        private @Nullable Path key;
        private String method = "GET";
        private @Nullable Path tokens;
        private boolean isOnce;
        private int bodyBytes;
        private int connections = 1;
        private long warmMs;
        private long measuredMs = 200;
        private double rate;
        private long timeoutMs = 30_000;
        private LoadShape shape = LoadShape.PLAIN;
        private List<String> headers = List.of();

        Plan(InetSocketAddress target) {
            this.target = target;
        }

        Plan tls(@Nullable Path clientCertificate, @Nullable Path clientKey) {
            isTls = true;
            certificate = clientCertificate;
            key = clientKey;
            return this;
        }

        Plan post(int bytes) {
            method = "POST";
            bodyBytes = bytes;
            return this;
        }

        Plan tokens(Path file, boolean once) {
            tokens = file;
            isOnce = once;
            return this;
        }

        Plan connections(int count) {
            connections = count;
            return this;
        }

        Plan millis(long warm, long measured) {
            warmMs = warm;
            measuredMs = measured;
            return this;
        }

        Plan rate(double perSecond) {
            rate = perSecond;
            return this;
        }

        Plan header(String line) {
            headers = List.of(line);
            return this;
        }

        Plan shape(LoadShape wanted) {
            shape = wanted;
            return this;
        }

        Plan timeoutMillis(long timeout) {
            timeoutMs = timeout;
            return this;
        }

        LoadPlan build() {
            return new LoadPlan(
                    target,
                    isTls,
                    certificate,
                    key,
                    method,
                    "/",
                    headers,
                    tokens,
                    isOnce,
                    bodyBytes,
                    connections,
                    Duration.ofMillis(warmMs),
                    Duration.ofMillis(measuredMs),
                    rate,
                    Duration.ofMillis(timeoutMs),
                    shape);
        }
    }
}
