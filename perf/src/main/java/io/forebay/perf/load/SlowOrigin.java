package io.forebay.perf.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// An origin that takes its time: a process of its own that answers each request after so many milliseconds. Arguments:
/// its port on loopback, the milliseconds.
public final class SlowOrigin {
    private SlowOrigin() {}

    public static void main(String[] args) throws IOException {
        // The server would close more than 200 idle connections, also one that a request is on its way on.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        long delayNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[1]));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        HttpServer server = HttpServer.create(address, 1_024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, delayNs));
        server.start();
    }

    private static void answer(HttpExchange exchange, long delayNs) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            LockSupport.parkNanos(delayNs);
            byte[] answer = new byte[1_024];
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }
}
