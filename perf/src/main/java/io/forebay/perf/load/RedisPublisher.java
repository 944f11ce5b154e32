package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.perf.load.BrokerLoad.Confirms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// `XADD` over so many connections, each with one command at a time, on one thread. The answer comes after the sync.
/// The stream is cut at 100,000 messages, so that memory is not what is measured.
final class RedisPublisher implements BrokerLoad.Publisher, Runnable {
    private static final int ANSWER_BYTES_MAX = 256;

    private final Selector selector;
    private final byte[] command;
    private final Confirms confirms;
    private final Thread thread = new Thread(this, "redis-publisher");
    private volatile boolean isClosed;

    private RedisPublisher(Selector selector, byte[] command, Confirms confirms) {
        this.selector = selector;
        this.command = command;
        this.confirms = confirms;
    }

    static RedisPublisher start(int port, int connections, byte[] body, Confirms confirms) throws IOException {
        RedisPublisher publisher = new RedisPublisher(Selector.open(), command(body), confirms);
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(publisher.selector, SelectionKey.OP_READ, new Line(channel));
        }
        publisher.thread.start();
        return publisher;
    }

    private static byte[] command(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[][] words = {
            bytes("XADD"), bytes("jobs"), bytes("MAXLEN"), bytes("~"), bytes("100000"), bytes("*"), bytes("body"), body
        };
        out.write(bytes("*" + words.length + "\r\n"));
        for (byte[] word : words) {
            out.write(bytes("$" + word.length + "\r\n"));
            out.write(word);
            out.write(bytes("\r\n"));
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    /// One connection.
    private static final class Line {
        final SocketChannel channel;
        final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
        long sentNs;

        Line(SocketChannel channel) {
            this.channel = channel;
        }

        /// Whether a whole bulk string is there: a length, a text, a line end after each.
        boolean isAnswered() throws IOException {
            int ends = 0;
            for (int i = 0; i < answer.position(); i++) {
                ends += answer.get(i) == '\n' ? 1 : 0;
            }
            if (answer.position() > 0 && answer.get(0) != '$') {
                throw new IOException("redis: " + new String(answer.array(), 0, answer.position(), US_ASCII));
            }
            return ends == 2;
        }
    }

    @Override
    public void run() {
        try {
            for (SelectionKey key : selector.keys()) {
                send((Line) key.attachment());
            }
            while (!isClosed) {
                selector.select(key -> read((Line) key.attachment()), 100);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(Line line) throws IOException {
        line.answer.clear();
        line.sentNs = System.nanoTime();
        ByteBuffer bytes = ByteBuffer.wrap(command);
        while (bytes.hasRemaining()) {
            // One command always fits the socket's buffer.
            line.channel.write(bytes);
        }
    }

    private void read(Line line) {
        try {
            if (line.channel.read(line.answer) < 0) {
                throw new IOException("redis closed the connection");
            }
            if (line.isAnswered()) {
                confirms.confirmed(System.nanoTime() - line.sentNs);
                send(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
