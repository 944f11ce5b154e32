package io.forebay.main.observability;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A receiver of OTLP over HTTP on loopback, as a collector is one. Keeps what it gets.
final class OtlpReceiver implements AutoCloseable {
    /// Spans, as they came.
    final List<JsonNode> spans = new CopyOnWriteArrayList<>();

    /// Exports of meters, the whole of each.
    final List<JsonNode> exports = new CopyOnWriteArrayList<>();

    private final HttpServer server;

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/v1/traces", exchange -> {
            for (JsonNode resource : read(exchange).required("resourceSpans")) {
                resource.required("scopeSpans")
                        .forEach(scope -> scope.required("spans").forEach(spans::add));
            }
        });
        server.createContext("/v1/metrics", exchange -> exports.add(read(exchange)));
        server.start();
    }

    private static JsonNode read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean isJson = "application/json".equals(exchange.getRequestHeaders().getFirst("content-type"));
        exchange.sendResponseHeaders(isJson ? 200 : 415, -1);
        exchange.close();
        return JsonMapper.shared().readTree(body);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
