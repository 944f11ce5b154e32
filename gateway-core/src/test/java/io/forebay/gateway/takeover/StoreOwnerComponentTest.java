package io.forebay.gateway.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestConsumer;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.transport.EdgeServer;
import io.forebay.gateway.transport.OwnerSocket;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.RouteIndex;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// An edge that hands everything on to an owner of the store, whose requests the test holds and answers.
@ExtendWith(LeakWatch.class)
class StoreOwnerComponentTest {
    private static final ListenerPolicy LISTENER = new ListenerPolicy(
            "default/edge/http",
            "default/edge",
            "http",
            80,
            ListenerPolicy.Protocol.HTTP,
            null,
            List.of(),
            null,
            RouteIndex.EMPTY,
            null,
            LimitRules.NONE);

    private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
    private final BlockingQueue<Exchange> toldToLeave = new LinkedBlockingQueue<>();
    private volatile @Nullable StoreOwner owner;
    private EdgeServer server;
    private OwnerSocket ownerSocket;
    private Path socket;

    /// Answers malformed requests, and leaves the rest to the test.
    private interface Serving extends RequestHandler {
        @Override
        default void onMalformed(Exchange exchange, Malformed reason) {
            ProblemWriter.answer(exchange, ProblemCatalog.of(reason));
        }

        @Override
        default void onHeadTimeout(Exchange exchange) {
            throw new AssertionError("a head came late");
        }

        @Override
        default void onEnd(Exchange exchange) {}
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        socket = folder.resolve("owner.sock");
        Serving edge = exchange -> {
            exchange.matched(LISTENER, null);
            StoreOwner asked = owner;
            if (asked == null) {
                held.add(exchange);
            } else {
                asked.takes(exchange);
            }
        };
        server = EdgeServer.cleartext(edge);
        Serving stages = exchange -> {
            if (exchange.head().pathStartsWith("/hold")) {
                exchange.consumer(new Holding(exchange));
                held.add(exchange);
            } else {
                answer(exchange, exchange.head().fields().count());
            }
        };
        ownerSocket = server.ownerSocket(socket, new HandedRequests(stages, begun -> false));
    }

    @AfterEach
    void stop() {
        ownerSocket.close();
        server.close();
    }

    private void handOn(int handedMax) {
        owner = new StoreOwner(socket, handedMax, List.of(server.loop()), server::endpoints);
    }

    /// Waits for the test to answer.
    private final class Holding implements RequestConsumer {
        private final Exchange exchange;

        Holding(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void onGoAway() {
            toldToLeave.add(exchange);
        }

        @Override
        public void onBody(ByteBuf in, int bytes) {
            in.skipBytes(bytes);
        }

        @Override
        public void onBodyEnd(io.forebay.gateway.http.@Nullable FieldLines trailers) {}

        @Override
        public void onReadComplete() {}

        @Override
        public void onClientWritable() {}

        @Override
        public void onClientGone() {}

        @Override
        public void onSweep(long nowNs) {}
    }

    private static void answer(Exchange exchange, int number) {
        byte[] text = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        exchange.answerWhole(new ResponseHead().begin(200).contentLength(text.length), text);
        exchange.flush();
    }

    private void answerHeld(Exchange exchange) {
        server.onLoop(() -> {
            answer(exchange, 0);
            return true;
        });
    }

    private static Exchange next(BlockingQueue<Exchange> queue) throws InterruptedException {
        Exchange exchange = queue.poll(30, TimeUnit.SECONDS);
        assertThat(exchange).isNotNull();
        return exchange;
    }

    private Socket ask(String path, String... lines) throws IOException {
        return send("GET " + path, lines);
    }

    private Socket send(String start, String... lines) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout(30_000);
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        String request = start + " HTTP/1.1\r\nhost: a\r\nconnection: close\r\n" + more + "\r\n";
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static String answer(Socket client) throws IOException {
        try (client) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void moreThanTheOwnerTakesAreRefusedAtOnceAndDoNotWait() throws Exception {
        handOn(1);
        Socket first = ask("/hold");
        Exchange taken = next(held);

        String refused = answer(ask("/hold"));

        assertThat(refused).startsWith("HTTP/1.1 503").contains("retry-after").contains("backend-requests-limit");
        assertThat(held).isEmpty();
        answerHeld(taken);
        assertThat(answer(first)).startsWith("HTTP/1.1 200");
        assertThat(answer(ask("/x"))).startsWith("HTTP/1.1 200");
    }

    @Test
    void headAtTheEdgesLimitOfLinesIsTakenWithWhatIsAdded() throws Exception {
        handOn(8);
        String[] lines = new String[RequestHead.LINES_MAX - 2];
        for (int line = 0; line < lines.length; line++) {
            lines[line] = "x-" + line + ": 1";
        }

        String answer = answer(ask("/x", lines));

        assertThat(answer).startsWith("HTTP/1.1 200");
        int seen = Integer.parseInt(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(seen).isGreaterThan(RequestHead.LINES_MAX);
        String[] more = java.util.Arrays.copyOf(lines, lines.length + 1);
        more[lines.length] = "x-more: 1";
        assertThat(answer(ask("/x", more))).startsWith("HTTP/1.1 431");
    }

    @Test
    void headAtTheEdgesLimitOfBytesIsTakenWithWhatIsAdded() throws Exception {
        handOn(8);
        int own = "GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: \r\n\r\n".length();
        String value = "v".repeat(RequestHead.HEAD_BYTES_MAX - own);

        assertThat(answer(ask("/x", "x: " + value))).startsWith("HTTP/1.1 200");
        assertThat(answer(ask("/x", "x: v" + value))).startsWith("HTTP/1.1 431");
    }

    @Test
    void ownerTakesRequestsWhileOneThatItHasLasts() throws Exception {
        handOn(8);
        Socket slow = ask("/hold");
        Exchange lasting = next(held);
        long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);

        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> ownerSocket.drain(endNs));
        assertThat(next(toldToLeave)).isSameAs(lasting);
        assertThat(answer(ask("/x"))).startsWith("HTTP/1.1 200");
        assertThat(socket).exists();
        assertThat(drained).isNotDone();
        answerHeld(lasting);

        assertThat(answer(slow)).startsWith("HTTP/1.1 200").endsWith("0");
        assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
        ownerSocket.close();
        assertThat(Files.exists(socket)).isFalse();
    }

    @Test
    void whatLastsBeyondTheDrainsLimitIsGivenUp() throws Exception {
        handOn(8);
        Socket slow = send("POST /hold");
        next(held);

        assertThat(ownerSocket.drain(System.nanoTime())).isFalse();
        ownerSocket.close();

        assertThat(answer(slow)).startsWith("HTTP/1.1 502");
    }

    @Test
    void eachRequestWaitsForItsOwnTime() throws Exception {
        Socket early = ask("/early");
        Exchange first = next(held);
        Socket late = ask("/late");
        Exchange second = next(held);
        // Later than any sweep of the loop's own.
        long sinceNs = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        List<WaitingForStore> over = new ArrayList<>();

        server.onLoop(() -> {
            WaitingForStore a = new WaitingForStore(first, new ArrayDeque<>(), sinceNs, over::add);
            WaitingForStore b =
                    new WaitingForStore(second, new ArrayDeque<>(), sinceNs + StoreOwner.WAIT_NS, over::add);
            long firstEndNs = sinceNs + StoreOwner.WAIT_NS;
            a.onSweep(firstEndNs);
            b.onSweep(firstEndNs);
            assertThat(over).isEmpty();
            a.onSweep(firstEndNs + 1);
            b.onSweep(firstEndNs + StoreOwner.WAIT_NS);
            assertThat(over).containsExactly(a);
            b.onSweep(firstEndNs + StoreOwner.WAIT_NS + 1);
            assertThat(over).containsExactly(a, b);
            return true;
        });

        assertThat(answer(early)).startsWith("HTTP/1.1 503").contains("store-unavailable");
        assertThat(answer(late)).startsWith("HTTP/1.1 503").contains("store-unavailable");
    }
}
