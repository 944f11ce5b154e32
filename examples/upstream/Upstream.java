import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// The server behind the examples' gateway, started from its source: `java examples/upstream/Upstream.java 9001`.
/// `/slow` takes two seconds; `/stream` says a word every half second, as server-sent events; `/strict` finds fault with
/// everything (422) until somebody calls `/mend`; `/lazy` takes no time until somebody calls `/tire`, and two seconds from
/// then on; everything else says at once what came in. `X-Call` counts the calls of each path. With port 0 the system chooses one.
final class Upstream {
    private static final List<String> SHOWN = List.of("X-user", "X-forwarded-for", "Idempotency-key", "Forebay-attempt");

    private static final Map<String, Integer> CALLS = new ConcurrentHashMap<>();

    private static volatile boolean isMended;

    private static volatile boolean isTired;

    private Upstream() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 128);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, 0));
        server.createContext("/slow", exchange -> answer(exchange, 2_000));
        server.createContext("/stream", Upstream::stream);
        server.createContext("/strict", exchange -> answer(exchange, 0, isMended ? 200 : 422));
        server.createContext("/mend", exchange -> {
            isMended = true;
            answer(exchange, 0);
        });
        server.createContext("/lazy", exchange -> answer(exchange, isTired ? 2_000 : 0));
        server.createContext("/tire", exchange -> {
            isTired = true;
            answer(exchange, 0);
        });
        server.start();
        System.out.println("upstream ready on port " + server.getAddress().getPort());
    }

    private static void stream(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            for (String word : List.of("It", "was", "a", "dark", "and", "stormy", "night.")) {
                exchange.getResponseBody().write(("data: " + word + "\n\n").getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int takesMs) throws IOException {
        answer(exchange, takesMs, 200);
    }

    private static void answer(HttpExchange exchange, int takesMs, int status) throws IOException {
        try (exchange) {
            byte[] request = exchange.getRequestBody().readAllBytes();
            Thread.sleep(takesMs);
            String fields = SHOWN.stream()
                    .filter(exchange.getRequestHeaders()::containsKey)
                    .map(name -> name + ": " + exchange.getRequestHeaders().getFirst(name) + "\n")
                    .collect(Collectors.joining());
            String answer = exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n" + fields
                    + new String(request, StandardCharsets.UTF_8) + "\n";
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            int call = CALLS.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
            exchange.getResponseHeaders().set("X-Call", Integer.toString(call));
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
