package io.forebay.main.process.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// The upstream, which writes down what comes and what it answers. It takes its time, of some requests it fails the
/// first attempt, and of some orders it wants to hear nothing.
final class Upstream implements AutoCloseable {
    private static final int OK = 200;
    private static final int UNPROCESSABLE = 422;
    private static final int FAILED = 500;
    private static final int FAILED_FIRST_EVERY = 7;
    private static final int UNWANTED_EVERY = 11;
    private static final int QUICK_EVERY = 4;
    private static final int WORK_MS_SPAN = 60;
    private static final int SLOW_MS_MIN = 250;
    private static final int SLOW_MS_SPAN = 600;
    private static final long NS_PER_MS = 1_000_000;

    private final History history;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    Upstream(History history) throws IOException {
        this.history = history;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String name = Request.nameIn(body);
            boolean isJob = exchange.getRequestHeaders().containsKey("Forebay-Attempt");
            // A call that is no job yet is its first attempt.
            int attempt = isJob ? number(exchange, "Forebay-Attempt") : 1;
            String job = isJob ? exchange.getRequestHeaders().getFirst("Idempotency-Key") : "";
            history.add(new Event.Arrived(name, job, attempt, isJob ? number(exchange, "Forebay-Lease-Epoch") : 0));
            int number = numberIn(name);
            LockSupport.parkNanos(workMs(isJob, number) * NS_PER_MS);
            int status = status(name, number, attempt);
            String result = "attempt " + attempt + " of " + body;
            history.add(new Event.Replied(name, attempt, status, Mark.of(result)));
            byte[] bytes = result.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static int number(HttpExchange exchange, String field) {
        return Integer.parseInt(exchange.getRequestHeaders().getFirst(field));
    }

    private static int numberIn(String name) {
        String digits = name.substring(name.lastIndexOf('-') + 1);
        return digits.chars().allMatch(Character::isDigit) ? Integer.parseInt(digits) : 0;
    }

    private static int workMs(boolean isJob, int number) {
        if (isJob) {
            return number * 31 % WORK_MS_SPAN;
        }
        return number % QUICK_EVERY == 0 ? 0 : SLOW_MS_MIN + number * 97 % SLOW_MS_SPAN;
    }

    private static int status(String name, int number, int attempt) {
        boolean isJobFromTheStart = !name.startsWith(Kind.ONCE.word()) && !name.startsWith(Kind.AGAIN.word());
        if (!isJobFromTheStart || number == 0) {
            return OK;
        }
        if (name.startsWith(Kind.ORDERED.word()) && number % UNWANTED_EVERY == 0) {
            return UNPROCESSABLE;
        }
        return attempt == 1 && number % FAILED_FIRST_EVERY == 0 ? FAILED : OK;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
