package io.forebay.perf.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/// Bytes that wait for one connection of an origin; grows as it must.
final class Outgoing {
    private byte[] bytes = new byte[8 * 1024];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int from;
    private int to;

    void add(byte[] more) {
        add(more, 0, more.length);
    }

    void add(byte[] more, int begin, int end) {
        int length = to + end - begin;
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
            view = ByteBuffer.wrap(bytes);
        }
        System.arraycopy(more, begin, bytes, to, end - begin);
        to = length;
    }

    /// What was added lies before `end`.
    byte[] array() {
        return bytes;
    }

    int end() {
        return to;
    }

    /// Whether all has been written.
    boolean write(SocketChannel channel) throws IOException {
        if (from < to) {
            from += channel.write(view.limit(to).position(from));
        }
        if (from < to) {
            return false;
        }
        from = 0;
        to = 0;
        return true;
    }
}
