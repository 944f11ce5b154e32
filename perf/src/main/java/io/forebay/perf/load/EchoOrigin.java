package io.forebay.perf.load;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Supplier;

/// An origin that sends back what it is sent, a process of its own on one thread: unary calls of gRPC over HTTP/2 in
/// cleartext, or messages of WebSockets. Arguments: `grpc` or `websocket`, its port on loopback. What belongs to one
/// read of a connection is answered with one write.
public final class EchoOrigin implements AutoCloseable {
    private static final int BACKLOG = 8_192;
    private static final int READ_BYTES = 128 * 1024;

    private final Supplier<Echo> echoes;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(READ_BYTES);
    private final byte[] bytes = new byte[READ_BYTES];

    /// Listens.
    ///
    /// @param kind `grpc` or `websocket`
    /// @param port on loopback, 0 for any
    EchoOrigin(String kind, int port) throws IOException {
        echoes = switch (kind) {
            case "grpc" -> GrpcEcho::new;
            case "websocket" -> WebSocketEcho::new;
            default -> throw new IllegalArgumentException("no origin is called " + kind);
        };
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] args) throws IOException {
        try (EchoOrigin origin = new EchoOrigin(args[0], Integer.parseInt(args[1]))) {
            origin.serve();
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    /// What one connection speaks.
    sealed interface Echo permits GrpcEcho, WebSocketEcho {
        /// Takes `bytes[0, count)` and adds what answers them.
        void receive(byte[] bytes, int count, Outgoing out) throws MalformedAnswer;
    }

    private record Peer(Echo echo, Outgoing out) {}

    /// Serves until it is closed, on the thread that calls it.
    void serve() throws IOException {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (ClosedSelectorException e) {
            return; // closed by another thread
        }
    }

    private void ready(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            Peer peer = (Peer) key.attachment();
            boolean isOpen = !key.isReadable() || read(channel, peer);
            if (isOpen) {
                int wanted = peer.out().write(channel)
                        ? SelectionKey.OP_READ
                        : SelectionKey.OP_WRITE; // who takes nothing is read no further
                if (key.interestOps() != wanted) {
                    key.interestOps(wanted);
                }
            } else {
                channel.close();
            }
        } catch (IOException | MalformedAnswer e) {
            System.err.println("echo-origin: " + e.getMessage());
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.err.println("echo-origin: " + e.getMessage());
        }
    }

    private void accept() {
        try {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new Peer(echoes.get(), new Outgoing()));
            }
        } catch (IOException e) {
            System.err.println("echo-origin: " + e.getMessage());
        }
    }

    private boolean read(SocketChannel channel, Peer peer) throws IOException, MalformedAnswer {
        incoming.clear();
        int count = channel.read(incoming);
        if (count < 0) {
            return false;
        }
        incoming.flip().get(bytes, 0, count);
        peer.echo().receive(bytes, count, peer.out());
        return true;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }
}
