import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The server behind the gateway while clients of others call through it: `java Origin.java PORT`. It says what came in,
/// so that a client can compare that with what it sent.
///
/// | path | answer |
/// |---|---|
/// | `/get?bytes=N` | N bytes, the alphabet over and over |
/// | `/post` | how the body was framed (`length` or `chunked`), its bytes, its SHA-256 |
/// | `/redirect` | 302 to an absolute URL made of what the gateway says of the client's; from there 302 to a relative one of `/get` |
/// | `/events?run=R` | server-sent events 1 to 5, each after the first only once somebody called `/ack?run=R&event=N` for the one before |
/// | anything else | 200 |
final class Origin {
    private static final int EVENTS = 5;
    private static final long ACK_SECONDS = 10;
    private static final byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);

    private static final Map<String, CountDownLatch> ACKS = new ConcurrentHashMap<>();

    private Origin() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 128);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, 200, "here\n".getBytes(StandardCharsets.US_ASCII)));
        server.createContext("/get", exchange -> answer(exchange, 200, pattern(number(exchange, "bytes"))));
        server.createContext("/post", Origin::post);
        server.createContext("/redirect", Origin::redirect);
        server.createContext("/events", Origin::events);
        server.createContext("/ack", exchange -> {
            ack(parameter(exchange, "run"), parameter(exchange, "event")).countDown();
            answer(exchange, 200, new byte[0]);
        });
        server.start();
        System.out.println("origin ready");
    }

    private static byte[] pattern(int bytes) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = ALPHABET[i % ALPHABET.length];
        }
        return pattern;
    }

    private static void post(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Headers head = exchange.getRequestHeaders();
        String framing = head.containsKey("Transfer-Encoding") ? "chunked" : "length";
        String announced = head.getFirst("Content-Length");
        if (announced != null && Integer.parseInt(announced) != body.length) {
            framing = "length " + announced + " but";
        }
        String said = "%s %d %s%n".formatted(framing, body.length, sha256(body));
        answer(exchange, 200, said.getBytes(StandardCharsets.US_ASCII));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static void redirect(HttpExchange exchange) throws IOException {
        Headers head = exchange.getRequestHeaders();
        boolean isFirst = exchange.getRequestURI().getPath().equals("/redirect");
        String location = isFirst
                ? head.getFirst("X-Forwarded-Proto") + "://" + head.getFirst("Host") + "/redirect/again"
                : "../get?bytes=1000";
        exchange.getResponseHeaders().set("Location", location);
        answer(exchange, 302, new byte[0]);
    }

    private static void events(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            String run = parameter(exchange, "run");
            boolean isHeard = true;
            for (int event = 1; event <= EVENTS && isHeard; event++) {
                String number = Integer.toString(event);
                say(exchange, number);
                isHeard = ack(run, number).await(ACK_SECONDS, TimeUnit.SECONDS);
            }
            if (!isHeard) {
                say(exchange, "nobody had the last event after " + ACK_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(HttpExchange exchange, String data) throws IOException {
        exchange.getResponseBody().write(("data: " + data + "\n\n").getBytes(StandardCharsets.US_ASCII));
        exchange.getResponseBody().flush();
    }

    private static CountDownLatch ack(String run, String event) {
        return ACKS.computeIfAbsent(run + " " + event, missing -> new CountDownLatch(1));
    }

    private static int number(HttpExchange exchange, String name) {
        return Integer.parseInt(parameter(exchange, name));
    }

    private static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return "0";
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean hasBody = body.length > 0 && !exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, hasBody ? body.length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
