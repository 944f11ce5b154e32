package io.forebay.gateway;

import io.forebay.mesh.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream on loopback that does with each connection what its script says.
final class TestUpstream implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// What the upstream does with one connection; the connection closes when it returns.
    interface Script {
        void serve(Wire wire) throws IOException;
    }

    /// Requests that [#answering] has read whole.
    final BlockingQueue<Wire.Message> requests = new LinkedBlockingQueue<>();

    /// Connections whose script has ended or failed.
    final AtomicInteger ended = new AtomicInteger();

    final AtomicInteger accepted = new AtomicInteger();
    private final ServerSocket server;
    private final Thread accepting;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Script script;

    private TestUpstream(Script script) throws IOException {
        this(script, InetAddress.getLoopbackAddress(), 0);
    }

    private TestUpstream(Script script, InetAddress address, int port) throws IOException {
        this.script = script;
        this.server = new ServerSocket(port, 64, address);
        this.accepting = Thread.ofVirtual().name("upstream").start(this::accept);
    }

    static TestUpstream of(Script script) throws IOException {
        return new TestUpstream(script);
    }

    /// Answers every request with the same bytes and keeps the connection.
    static TestUpstream answering(String answer) throws IOException {
        TestUpstream upstream = new TestUpstream(wire -> {});
        upstream.script = wire -> {
            while (true) {
                upstream.requests.add(wire.read());
                wire.send(answer);
            }
        };
        return upstream;
    }

    /// One at another address of this machine, 127.0.0.2 and so on.
    static TestUpstream at(String address, int port, Script script) throws IOException {
        return new TestUpstream(script, InetAddress.ofLiteral(address), port);
    }

    /// The same, which answers who it is.
    static TestUpstream named(String address, int port) throws IOException {
        return at(address, port, wire -> {
            while (true) {
                wire.read();
                wire.send(answerOf(address));
            }
        });
    }

    /// An answer with this body.
    static String answerOf(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static TestUpstream ok() throws IOException {
        return answering(OK);
    }

    /// A port on which nobody listens.
    static Endpoint refusing() throws IOException {
        return new Endpoint("127.0.0.1", freePort());
    }

    static int freePort() throws IOException {
        return TestPorts.next();
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    Wire.Message request() throws InterruptedException {
        Wire.Message request = requests.poll(30, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    /// Connections that are open now.
    int openConnections() {
        return accepted.get() - ended.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                accepted.incrementAndGet();
                Thread.ofVirtual().name("upstream-connection").start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (Wire wire = new Wire(socket)) {
            script.serve(wire);
        } catch (IOException e) {
            // The other side has closed: how most scripts end.
        } finally {
            ended.incrementAndGet();
        }
    }

    /// Whoever connects from now on is refused: the kernel closes the port only when nobody waits at it any more, and
    /// a connection that it takes meanwhile would be reset.
    @Override
    public void close() {
        try {
            server.close();
            accepting.join();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
