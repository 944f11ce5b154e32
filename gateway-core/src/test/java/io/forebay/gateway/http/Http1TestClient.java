package io.forebay.gateway.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A raw socket that writes whatever it is given and reads answers strictly.
final class Http1TestClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// One answer; field names in lower case.
    @SuppressWarnings("ArrayRecordComponent") // read by tests, never compared
    record Answer(int status, List<String> lines, byte[] body, List<String> trailers) {
        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        @Nullable
        String field(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }

        boolean isLast() {
            return "close".equals(field("connection"));
        }
    }

    Http1TestClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Over a connection that is there.
    Http1TestClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    void send(String latin1) throws IOException {
        out.write(latin1.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /// Closes so that the other side sees a reset.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    Answer answer() throws IOException {
        return answer("GET");
    }

    /// Reads one answer, of any status, to a request with this method.
    Answer answer(String method) throws IOException {
        String statusLine = line();
        if (!statusLine.matches("HTTP/1\\.1 [1-5][0-9][0-9] [A-Za-z -]*")) {
            throw new AssertionError("not a status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        List<String> lines = lines();
        Answer head = new Answer(status, lines, new byte[0], List.of());
        boolean isBodyless = method.equals("HEAD") || status < 200 || status == 204 || status == 304;
        String length = head.field("content-length");
        if (isBodyless) {
            return head;
        }
        if ("chunked".equals(head.field("transfer-encoding"))) {
            if (length != null) {
                throw new AssertionError("length and chunks: " + lines);
            }
            return chunked(head);
        }
        byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        if (length != null && body.length != Integer.parseInt(length)) {
            throw new EOFException("body ends early: " + body.length + " of " + length);
        }
        return new Answer(status, lines, body, List.of());
    }

    private Answer chunked(Answer head) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size = Integer.parseInt(line(), 16);
        while (size > 0) {
            body.writeBytes(in.readNBytes(size));
            if (!line().isEmpty()) {
                throw new AssertionError("no CRLF behind a chunk");
            }
            size = Integer.parseInt(line(), 16);
        }
        return new Answer(head.status(), head.lines(), body.toByteArray(), lines());
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        String line = line();
        while (!line.isEmpty()) {
            int colon = line.indexOf(": ");
            lines.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
            line = line();
        }
        return lines;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b != '\r') {
            if (b < 0) {
                throw new EOFException("closed within a line: " + line);
            }
            line.append((char) b);
            b = in.read();
        }
        if (in.read() != '\n') {
            throw new AssertionError("CR without LF");
        }
        return line.toString();
    }

    /// Takes this many bytes as they come.
    byte[] take(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /// Waits for the end of the connection, before which nothing may come.
    ///
    /// @return whether it ended orderly, without a reset
    boolean endsOrderly() throws IOException {
        try {
            int b = in.read();
            if (b >= 0) {
                throw new AssertionError("more came: " + (char) b);
            }
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
