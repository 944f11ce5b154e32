package io.forebay.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteChangesComponentTest {
    private static final Pattern VALUE = Pattern.compile("value: \"(\\d+)\"");

    @TempDir
    Path folder;

    private final List<String> changed = new CopyOnWriteArrayList<>();
    private final CountDownLatch third = new CountDownLatch(3);

    /// As a gateway that has a change live the second time it is asked for it.
    private void live(HttpExchange exchange) throws IOException {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        Path file = folder.resolve(host.substring(0, host.indexOf('.')) + ".yaml");
        Matcher value = VALUE.matcher(Files.readString(file));
        assertThat(value.find()).isTrue();
        String generation = host + "=" + value.group(1);
        boolean isSeen = changed.contains(generation);
        if (!isSeen) {
            changed.add(generation);
            third.countDown();
        }
        exchange.getResponseHeaders().set(RouteFiles.GENERATION, isSeen ? value.group(1) : "0");
        answer(exchange, 200);
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        byte[] body = {'x'};
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void theNextRouteIsChangedWhenTheOneBeforeIsLive() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::live);
        server.start();
        try {
            RouteChanges changes =
                    new RouteChanges(new RouteFiles(folder), server.getAddress().getPort(), 0);
            changes.begin();
            assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
            changes.end();
            assertThat(changes.liveMs()).hasSizeGreaterThanOrEqualTo(3).hasSize(changed.size());
            assertThat(changed.subList(0, 3)).containsExactly("r7.bench=1", "r14.bench=2", "r21.bench=3");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aRouteThatFailsIsAnError() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        CountDownLatch failed = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            answer(exchange, 503);
            failed.countDown();
        });
        server.start();
        try {
            RouteChanges changes =
                    new RouteChanges(new RouteFiles(folder), server.getAddress().getPort(), 0);
            changes.begin();
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(changes::end).hasMessageContaining("route 7 answers HTTP/1.1 503");
        } finally {
            server.stop(0);
        }
    }
}
