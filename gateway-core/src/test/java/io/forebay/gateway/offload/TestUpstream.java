package io.forebay.gateway.offload;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server on loopback that answers what a test tells it to, byte for byte, and records what it was asked.
public final class TestUpstream implements AutoCloseable {
    /// What came, in the order of its completion.
    public final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    /// Requests that are being answered now, and the most there ever were.
    public final AtomicInteger active = new AtomicInteger();

    public final AtomicInteger activeMax = new AtomicInteger();

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread accepting;
    private volatile Answering answering = call -> call.answer(200, "", "ok");

    /// Answers one call.
    @FunctionalInterface
    public interface Answering {
        void answer(Call call) throws IOException, InterruptedException;
    }

    /// A request, and the way to its answer.
    ///
    /// @param head request line and field lines
    /// @param trailers the lines behind a chunked body
    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    public record Call(List<String> head, byte[] body, List<String> trailers, InputStream in, OutputStream out) {
        public @Nullable String field(String name) {
            String start = name + ": ";
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .findFirst()
                    .orElse(null);
        }

        public String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        public void answer(int status, String lines, String text) throws IOException {
            answer(status, lines, text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void answer(int status, String lines, byte[] answerBody) throws IOException {
            String answerHead =
                    "HTTP/1.1 " + status + " Some\r\n" + lines + "content-length: " + answerBody.length + "\r\n\r\n";
            out.write(answerHead.getBytes(StandardCharsets.ISO_8859_1));
            out.write(answerBody);
            out.flush();
        }

        public void raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /// Returns once the other side has closed.
        public void awaitClose() throws IOException {
            while (in.read() >= 0) {
                // what is still sent does not matter
            }
        }
    }

    private TestUpstream(ServerSocket server) {
        this.server = server;
    }

    public static TestUpstream start() throws IOException {
        return startAt(0);
    }

    public static TestUpstream startAt(int port) throws IOException {
        TestUpstream upstream = new TestUpstream(new ServerSocket(port, 64, InetAddress.getLoopbackAddress()));
        upstream.accepting = Thread.ofVirtual().start(upstream::accept);
        return upstream;
    }

    public int port() {
        return server.getLocalPort();
    }

    public void answering(Answering next) {
        answering = next;
    }

    public Call awaitCall() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("the upstream was not called");
        }
        return call;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (server.isClosed()) {
                    // Until it runs again, a thread in accept() keeps the closed port open.
                    socket.close();
                    return;
                }
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Call call = read(in, socket.getOutputStream());
            while (call != null) {
                activeMax.accumulateAndGet(active.incrementAndGet(), Math::max);
                // Whoever sees the call may say at once how the next is answered.
                Answering now = answering;
                calls.add(call);
                try {
                    now.answer(call);
                } finally {
                    active.decrementAndGet();
                }
                call = read(in, socket.getOutputStream());
            }
        } catch (IOException | UncheckedIOException e) {
            // the gateway has closed the connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Call read(InputStream in, OutputStream out) throws IOException {
        List<String> head = lines(in);
        if (head.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = List.of();
        for (String line : head) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length: ")) {
                body.write(in.readNBytes(Integer.parseInt(lower.substring(16))));
            } else if (lower.equals("transfer-encoding: chunked")) {
                trailers = chunks(in, body);
            }
        }
        return new Call(head, body.toByteArray(), trailers, in, out);
    }

    private static List<String> chunks(InputStream in, ByteArrayOutputStream body) throws IOException {
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            if (size == 0) {
                return lines(in);
            }
            body.write(in.readNBytes(size));
            line(in);
        }
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new java.util.ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return List.copyOf(lines);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        awaitNoAccept();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /// The port is open until the thread in accept() has run again; who connects meanwhile is reset, not refused.
    private void awaitNoAccept() {
        Thread accepted = accepting;
        try {
            if (accepted != null && !accepted.join(Duration.ofSeconds(30))) {
                throw new AssertionError("the upstream still accepts");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
