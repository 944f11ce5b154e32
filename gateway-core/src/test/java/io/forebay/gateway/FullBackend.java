package io.forebay.gateway;

import io.forebay.mesh.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Set;

/// A backend whose queue of connections is full: one more is not connected before [#accept()] makes room.
final class FullBackend implements AutoCloseable {
    private static final int CONNECT_MS = 250;
    private static final int ACCEPT_MS = 20_000;
    private static final int QUEUE_MAX = 64;

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Set<Socket> waiting = new HashSet<>();

    FullBackend() throws IOException {
        listening.setSoTimeout(ACCEPT_MS);
        while (fill()) {
            if (waiting.size() > QUEUE_MAX) {
                throw new IllegalStateException("the queue takes more than it was asked to");
            }
        }
    }

    private boolean fill() throws IOException {
        Socket one = new Socket();
        try {
            one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()), CONNECT_MS);
            waiting.add(one);
            return true;
        } catch (SocketTimeoutException full) {
            one.close();
            return false;
        }
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", listening.getLocalPort(), 1);
    }

    /// Makes room, and waits for the first connection that is not of this class.
    Wire accept() throws IOException {
        while (true) {
            Socket accepted = listening.accept();
            if (waiting.stream().noneMatch(own -> own.getLocalPort() == accepted.getPort())) {
                return new Wire(accepted);
            }
            accepted.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket one : waiting) {
            one.close();
        }
        listening.close();
    }
}
