package io.forebay.main.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The two servers behind the gateway: a menu that answers at once, and reports that take their time. Both listen on
/// loopback, on ports that the system picks; each request has a virtual thread.
final class DemoUpstreams implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final String MENU = """
            {"dishes": ["lentil soup", "trout with almonds", "plum dumplings"]}
            """;
    private static final String SPECIALS = """
            {"special": "saffron risotto"}
            """;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ReportDesk desk;
    private final HttpServer menu;
    private final HttpServer reports;

    private DemoUpstreams(ReportDesk desk) throws IOException {
        this.desk = desk;
        this.menu = server();
        this.reports = server();
        menu.createContext("/menu", exchange -> answer(exchange, MENU));
        menu.createContext("/specials", exchange -> answer(exchange, SPECIALS));
        reports.createContext("/reports", desk::handle);
    }

    /// @param reportTime how long a report takes
    static DemoUpstreams start(Duration reportTime) throws IOException {
        DemoUpstreams upstreams = new DemoUpstreams(new ReportDesk(reportTime));
        upstreams.menu.start();
        upstreams.reports.start();
        return upstreams;
    }

    private HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.setExecutor(threads);
        return server;
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    int menuPort() {
        return menu.getAddress().getPort();
    }

    int reportsPort() {
        return reports.getAddress().getPort();
    }

    ReportDesk desk() {
        return desk;
    }

    @Override
    public void close() {
        menu.stop(0);
        reports.stop(0);
        threads.shutdownNow();
    }
}
