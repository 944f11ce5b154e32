package io.forebay.gateway.trace;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A receiver of OTLP over HTTP on loopback, as a collector is one: takes spans apart as the protocol has them.
public final class TraceReceiver implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /// What came, in the order of its coming.
    public final List<Received> spans = new CopyOnWriteArrayList<>();

    /// Posts to be answered 503 before the first is taken.
    public final AtomicInteger refusals = new AtomicInteger();

    public final AtomicInteger posts = new AtomicInteger();
    private final HttpServer server;

    /// One span as it came.
    ///
    /// @param attributes numbers as text, too
    public record Received(
            String traceId,
            String spanId,
            String parentId,
            String name,
            int kind,
            long startNs,
            long endNs,
            Map<String, String> attributes,
            boolean isError) {}

    public TraceReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /// Everything that is trusted to decide by itself, as text; see [TraceSettings#of].
    public TraceSettings settings(String ratio, String trusted) {
        return TraceSettings.of("http://127.0.0.1:" + server.getAddress().getPort() + "/", ratio, trusted);
    }

    /// Waits for so many spans.
    public List<Received> await(int count) {
        Awaitility.await().until(() -> spans.size() >= count);
        return List.copyOf(spans);
    }

    private void take(HttpExchange exchange) throws IOException {
        posts.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean isRefused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        boolean isJson = "application/json".equals(exchange.getRequestHeaders().getFirst("content-type"));
        if (!isRefused && isJson) {
            for (JsonNode resource : JSON.readTree(body).required("resourceSpans")) {
                for (JsonNode scope : resource.required("scopeSpans")) {
                    scope.required("spans").forEach(span -> spans.add(span(span)));
                }
            }
        }
        exchange.sendResponseHeaders(isRefused ? 503 : isJson ? 200 : 415, -1);
        exchange.close();
    }

    private static Received span(JsonNode span) {
        Map<String, String> attributes = new HashMap<>();
        for (JsonNode attribute : span.required("attributes")) {
            JsonNode value = attribute.required("value");
            String text = value.has("intValue")
                    ? value.required("intValue").asString()
                    : value.required("stringValue").asString();
            attributes.put(attribute.required("key").asString(), text);
        }
        return new Received(
                span.required("traceId").asString(),
                span.required("spanId").asString(),
                span.path("parentSpanId").asString(""),
                span.required("name").asString(),
                span.required("kind").asInt(),
                Long.parseLong(span.required("startTimeUnixNano").asString()),
                Long.parseLong(span.required("endTimeUnixNano").asString()),
                attributes,
                span.path("status").path("code").asInt(0) == 2);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
