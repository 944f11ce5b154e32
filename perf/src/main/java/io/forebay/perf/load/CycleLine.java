package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/// One keep-alive connection of a job cycle, with one request at a time. Its answers have a length; what is asked of
/// them is found by looking for text, since the client is not what is measured.
final class CycleLine {
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final byte[] LENGTH = "content-length: ".getBytes(ISO_8859_1);

    final Role role;
    private final SocketChannel channel;
    private final SelectionKey key;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private byte[] answer = new byte[4_096];
    private int answerBytes;
    private int wholeBytes;
    /// The job that it is about.
    String job = "";

    /// What a line does.
    enum Role {
        SUBMIT,
        LEASE,
        COMPLETE
    }

    private CycleLine(Role role, SocketChannel channel, SelectionKey key) {
        this.role = role;
        this.channel = channel;
        this.key = key;
    }

    static CycleLine open(Role role, int port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        CycleLine line = new CycleLine(role, channel, channel.register(selector, SelectionKey.OP_READ));
        line.key.attach(line);
        return line;
    }

    void send(byte[] request) throws IOException {
        out = ByteBuffer.wrap(request);
        answerBytes = 0;
        wholeBytes = 0;
        write();
    }

    void write() throws IOException {
        channel.write(out);
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /// Whether the answer is whole now.
    boolean read() throws IOException {
        if (answerBytes == answer.length) {
            answer = Arrays.copyOf(answer, 2 * answer.length);
        }
        int count = channel.read(ByteBuffer.wrap(answer, answerBytes, answer.length - answerBytes));
        if (count < 0) {
            throw new IOException("the gateway closed a line: " + text());
        }
        answerBytes += count;
        if (wholeBytes == 0) {
            int end = find(HEAD_END, 0);
            if (end >= 0) {
                int length = find(LENGTH, 0);
                wholeBytes = end + HEAD_END.length + (length < 0 || length > end ? 0 : number(length + LENGTH.length));
            }
        }
        return wholeBytes > 0 && answerBytes >= wholeBytes;
    }

    int status() {
        return number(9);
    }

    /// The text between `before` and the next `end`, from `from` on; empty if it is not there.
    String after(byte[] before, char end, int from) {
        int at = find(before, from);
        if (at < 0) {
            return "";
        }
        int start = at + before.length;
        int to = start;
        while (to < answerBytes && answer[to] != end) {
            to++;
        }
        return new String(answer, start, to - start, ISO_8859_1);
    }

    int find(byte[] what, int from) {
        for (int at = from; at + what.length <= answerBytes; at++) {
            if (answer[at] == what[0] && Arrays.equals(answer, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    private int number(int from) {
        int number = 0;
        for (int at = from; at < answerBytes && answer[at] >= '0' && answer[at] <= '9'; at++) {
            number = 10 * number + answer[at] - '0';
        }
        return number;
    }

    String text() {
        return new String(answer, 0, answerBytes, ISO_8859_1);
    }

    void close() throws IOException {
        channel.close();
    }
}
