package io.forebay.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One end of a connection, as bytes: what a client or an upstream in a test says and hears. Reads give up after thirty
/// seconds, so a gateway that stays silent fails the test instead of holding it.
final class Wire implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 30_000;

    final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Over TLS, asking for `localhost`.
    static Wire to(int port, SSLContext tls) throws IOException {
        return to(port, tls, "localhost");
    }

    /// Over TLS, asking for a host.
    static Wire to(int port, SSLContext tls, String serverName) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        return new Wire(socket);
    }

    /// Whom the other side has proved to be.
    String peerName() throws IOException {
        return ((SSLSocket) socket).getSession().getPeerPrincipal().getName();
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// A request without body, and the whole of its answer.
    Message get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n").read();
    }

    Message post(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: shop.example\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .read();
    }

    /// The next head; no body is read.
    Message readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        String line = readLine();
        while (!line.isEmpty()) {
            head.append(line).append("\r\n");
            line = readLine();
        }
        return new Message(head.toString(), "", "");
    }

    /// The next message with the body its head announces; without an announcement it has none.
    Message read() throws IOException {
        Message head = readHead();
        if ("chunked".equals(head.value("transfer-encoding"))) {
            return readChunks(head);
        }
        String length = head.value("content-length");
        return length.isEmpty() ? head : new Message(head.head(), readText(Integer.parseInt(length)), "");
    }

    private Message readChunks(Message head) throws IOException {
        StringBuilder body = new StringBuilder();
        int size = Integer.parseInt(readLine(), 16);
        while (size > 0) {
            body.append(readText(size));
            if (!readLine().isEmpty()) {
                throw new IOException("chunk data is longer than its size");
            }
            size = Integer.parseInt(readLine(), 16);
        }
        return new Message(head.head(), body.toString(), readHead().head());
    }

    String readText(int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("closed after " + read.length + " of " + bytes + " bytes");
        }
        return new String(read, StandardCharsets.ISO_8859_1);
    }

    /// Reads and throws away; the number of bytes that came, fewer than asked for at the end of the connection.
    long skip(long bytes) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long skipped = 0;
        while (skipped < bytes) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, bytes - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    /// Everything until the other side closes; a reset ends it like a close.
    String readRest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (java.net.SocketException e) {
            // A reset: what came before it is what there is.
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /// Waits for the other side to close, and says whether nothing came before.
    boolean closesSilently() throws IOException {
        return readRest().isEmpty();
    }

    /// Waits as long as a read may, and fails if the other side closes or sends anything meanwhile.
    void expectsNothing() throws IOException {
        try {
            int b = in.read();
            throw new EOFException(b < 0 ? "closed" : "unexpected byte " + b);
        } catch (SocketTimeoutException e) {
            // Nothing came, as it should be.
        }
    }

    /// The next line without its end.
    String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int b = in.read();
        while (b != '\n') {
            if (b < 0) {
                throw new EOFException("closed inside a line: '" + line + "'");
            }
            if (b != '\r') {
                line.append((char) b);
            }
            b = in.read();
        }
        return line.toString();
    }

    /// Closes so that the other side sees a reset.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// A request or an answer.
    ///
    /// @param head start line and field lines, each with its CRLF
    /// @param trailers field lines, each with its CRLF
    record Message(String head, String body, String trailers) {
        String startLine() {
            return head.substring(0, head.indexOf('\r'));
        }

        int status() {
            return Integer.parseInt(startLine().substring(9, 12));
        }

        /// The values of all lines of a field, joined by `|`; empty when there is none.
        String value(String name) {
            StringBuilder values = new StringBuilder();
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            for (String line : head.lines().skip(1).toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(wanted)) {
                    values.append(values.isEmpty() ? "" : "|")
                            .append(line.substring(wanted.length()).strip());
                }
            }
            return values.toString();
        }
    }
}
