package io.forebay.main.process.chaos;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A server that answers each request with its method, its target and its body, or comes to harm in one of several
/// ways. Its port stays its own.
final class ChaosUpstream implements AutoCloseable {
    private static final long SLOW_MS = 700;

    /// How it is.
    enum Mode {
        WELL,
        SLOW,
        /// Takes requests and closes without a word.
        MUTE,
        /// Closes in the middle of its answers.
        TORN,
        /// Ends its side after each answer, without having said so.
        HALF_CLOSING,
        /// Answers 503.
        OVERLOADED,
        /// Accepts nobody, and has closed what was open.
        DEAD
    }

    private final InetSocketAddress address;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket server;
    private volatile Mode mode = Mode.WELL;

    ChaosUpstream() throws IOException {
        server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        address = (InetSocketAddress) server.getLocalSocketAddress();
        listen(server);
    }

    int port() {
        return address.getPort();
    }

    Mode mode() {
        return mode;
    }

    void become(Mode next) throws IOException {
        if (mode == Mode.DEAD && next != Mode.DEAD) {
            ServerSocket again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(address, 256);
            server = again;
            listen(again);
        }
        mode = next;
        if (next == Mode.DEAD) {
            server.close();
            for (Socket connection : open) {
                connection.close();
            }
        }
    }

    private void listen(ServerSocket listening) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket accepted = listening.accept();
                    Thread.ofVirtual().start(() -> serve(accepted));
                }
            } catch (IOException e) {
                // closed
            }
        });
    }

    private void serve(Socket connection) {
        open.add(connection);
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (answer(in, connection)) {
                // the next
            }
        } catch (IOException | InterruptedException e) {
            // The gateway, or somebody's harm, has closed it.
        } finally {
            open.remove(connection);
        }
    }

    private boolean answer(InputStream in, Socket connection) throws IOException, InterruptedException {
        String start = line(in);
        if (start.isEmpty()) {
            return false;
        }
        int length = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length =
                        Integer.parseInt(field.substring(field.indexOf(':') + 1).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        Mode now = mode;
        String[] parts = start.split(" ", -1);
        byte[] text = ChaosUpstream.answerTo(parts[0], parts[1], body).getBytes(StandardCharsets.UTF_8);
        String status = now == Mode.OVERLOADED ? "503 Service Unavailable" : "200 OK";
        OutputStream out = connection.getOutputStream();
        switch (now) {
            case MUTE, DEAD -> {
                return false;
            }
            case SLOW -> Thread.sleep(SLOW_MS);
            default -> {}
        }
        out.write(("HTTP/1.1 " + status + "\r\ncontent-length: " + text.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        if (now == Mode.TORN) {
            out.write(text, 0, text.length / 2);
            return false;
        }
        out.write(text);
        if (now == Mode.HALF_CLOSING) {
            connection.shutdownOutput();
        }
        return now != Mode.HALF_CLOSING;
    }

    /// What the right answer to a request says.
    static String answerTo(String method, String target, String body) {
        return method + " " + target + ": " + body + "\n";
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        become(Mode.DEAD);
    }
}
