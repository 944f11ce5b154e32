package io.forebay.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A server that takes nothing that RFC 9112 does not allow, remembers what it was asked, byte by byte, and
/// answers each request with what its `X-Id` says.
final class StrictOrigin implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    private final List<StrictHttp1.Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());

    StrictOrigin() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    /// What it was asked since it was last asked this.
    List<StrictHttp1.Request> takeRequests() {
        synchronized (requests) {
            List<StrictHttp1.Request> taken = List.copyOf(requests);
            requests.clear();
            return taken;
        }
    }

    /// What came that is no request.
    List<String> violations() {
        return List.copyOf(violations);
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                open.add(accepted);
                Thread.ofVirtual().start(() -> serve(accepted));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int served = 0;
        try (connection) {
            InputStream in = connection.getInputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all.write(buffer, 0, read);
                StrictHttp1 reading = StrictHttp1.read(all.toByteArray(), false);
                for (; served < reading.requests().size(); served++) {
                    answer(connection, reading.requests().get(served));
                }
                String fault = reading.fault();
                if (fault != null) {
                    violations.add(fault + ": " + all.toString(StandardCharsets.ISO_8859_1));
                    return;
                }
            }
        } catch (SocketException e) {
            // The gateway has given the call up.
        } catch (IOException e) {
            violations.add(e.toString());
        } finally {
            open.remove(connection);
        }
    }

    private void answer(Socket connection, StrictHttp1.Request request) throws IOException {
        requests.add(request);
        List<String> ids = request.values("x-id");
        String id = ids.isEmpty() ? "none" : ids.getFirst();
        String body = request.method().equals("HEAD") ? "" : id;
        String head = "HTTP/1.1 200 OK\r\ncontent-length: " + id.length() + "\r\n\r\n";
        connection.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : List.copyOf(open)) {
            connection.close();
        }
    }
}
