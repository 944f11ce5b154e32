package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http3FrameBoundsTest {
    /// RFC 9000 section 16.
    private static byte[] integer(long value, int bytes) {
        byte[] out = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            out[i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
        out[0] |= (byte) (Integer.numberOfTrailingZeros(bytes) << 6);
        return out;
    }

    private static void frame(ByteArrayOutputStream out, int type, int typeBytes, int length, int lengthBytes) {
        out.writeBytes(integer(type, typeBytes));
        out.writeBytes(integer(length, lengthBytes));
        // Bytes that would be integers of every length.
        for (int i = 0; i < length; i++) {
            out.write(0x33 * i);
        }
    }

    /// Cut anywhere, and read in pieces of any size, it knows where it is.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void framesEndWhereTheyEnd(int pieceBytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        boolean[] isEnd = new boolean[600];
        isEnd[0] = true;
        int[][] frames = {{1, 1, 5, 1}, {0, 1, 300, 2}, {0, 2, 0, 1}, {0x21, 8, 70, 4}, {0, 4, 1, 8}};
        for (int[] each : frames) {
            frame(all, each[0], each[1], each[2], each[3]);
            isEnd[all.size()] = true;
        }
        byte[] bytes = all.toByteArray();
        Http3FrameBounds bounds = new Http3FrameBounds();
        assertThat(bounds.isInFrame()).isFalse();
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            int size = Math.min(pieceBytes, bytes.length - at);
            bounds.pass(Unpooled.wrappedBuffer(bytes, at, size));
            assertThat(bounds.isInFrame()).as("at %d", at + size).isEqualTo(!isEnd[at + size]);
        }
        assertThat(isEnd[bytes.length]).isTrue();
    }

    @Test
    void lengthMayBeTheLargest() {
        Http3FrameBounds bounds = new Http3FrameBounds();
        bounds.pass(Unpooled.wrappedBuffer(new byte[] {0, -1, -1, -1, -1, -1, -1, -1, -1}));
        assertThat(bounds.isInFrame()).isTrue();
        bounds.pass(Unpooled.wrappedBuffer(new byte[10_000]));
        assertThat(bounds.isInFrame()).isTrue();
    }
}
