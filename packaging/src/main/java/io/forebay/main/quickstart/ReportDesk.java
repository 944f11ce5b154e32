package io.forebay.main.quickstart;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes reports, slowly, and remembers what it sent to whom: the tour compares a job's result with it byte by byte.
/// Called on the upstream's virtual threads and on the tour's.
final class ReportDesk {
    /// What came under one `Idempotency-Key`.
    ///
    /// @param calls how often it was asked for
    /// @param sent the body of its last answer, read-only; null until there was one
    record Asked(int calls, @Nullable ByteBuffer sent) {}

    private static final int ORDER_BYTES_MAX = 64 << 10;
    /// Keys remembered; the eldest is forgotten.
    private static final int KEYS_MAX = 10_000;

    private final Duration reportTime;
    private final Map<String, Asked> askedOf = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
            return size() > KEYS_MAX;
        }
    };

    ReportDesk(Duration reportTime) {
        this.reportTime = reportTime;
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String order = new String(exchange.getRequestBody().readNBytes(ORDER_BYTES_MAX), StandardCharsets.UTF_8);
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            if (key != null) {
                count(key);
            }
            Thread.sleep(reportTime);
            byte[] body = report(order).getBytes(StandardCharsets.UTF_8);
            if (key != null) {
                sent(key, body);
            }
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String report(String order) {
        return """
                Report for: %s
                Lentil soup         41
                Trout with almonds  17
                Plum dumplings      58
                Guests were pleased – “très bien”.
                """.formatted(order.strip());
    }

    private void count(String key) {
        synchronized (askedOf) {
            askedOf.merge(key, new Asked(1, null), (before, _) -> new Asked(before.calls + 1, before.sent));
        }
    }

    private void sent(String key, byte[] body) {
        synchronized (askedOf) {
            askedOf.computeIfPresent(
                    key,
                    (_, asked) -> new Asked(asked.calls, ByteBuffer.wrap(body).asReadOnlyBuffer()));
        }
    }

    /// What was asked under a key; the gateway uses a job's id.
    Optional<Asked> asked(String key) {
        synchronized (askedOf) {
            return Optional.ofNullable(askedOf.get(key));
        }
    }
}
