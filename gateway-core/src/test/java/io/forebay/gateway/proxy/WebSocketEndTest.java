package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketEndTest {
    private final WebSocketEnd end = new WebSocketEnd();

    private static byte[] frame(int opcode, int payload, boolean isMasked) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(0x80 | opcode);
        int mask = isMasked ? 0x80 : 0;
        if (payload < 126) {
            out.writeByte(mask | payload);
        } else if (payload < 0x10000) {
            out.writeByte(mask | 126).writeShort(payload);
        } else {
            out.writeByte(mask | 127).writeLong(payload);
        }
        out.writeZero((isMasked ? 4 : 0) + payload);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    static Stream<byte[]> frames() {
        return Stream.of(
                frame(1, 0, false),
                frame(2, 125, false),
                frame(2, 126, false),
                frame(2, 0xffff, false),
                frame(2, 0x10000, false),
                frame(9, 5, true));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void endIsDueBetweenFramesAlone(byte[] frame) {
        end.want();
        for (int i = 0; i < frame.length; i++) {
            assertThat(end.isDue()).as("before byte %d", i).isEqualTo(i == 0);
            assertThat(end.pass(Unpooled.wrappedBuffer(frame, i, 1), 1)).isEqualTo(1);
        }
        assertThat(end.isDue()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 200})
    void nothingPassesBeyondTheFrameThatWasUnderWay(int begun) {
        byte[] two = new byte[2 * 254];
        System.arraycopy(frame(2, 250, false), 0, two, 0, 254);
        System.arraycopy(frame(2, 250, false), 0, two, 254, 254);
        end.pass(Unpooled.wrappedBuffer(two, 0, begun), begun);
        end.want();

        assertThat(end.isDue()).isFalse();
        assertThat(end.pass(Unpooled.wrappedBuffer(two, begun, two.length - begun), two.length - begun))
                .isEqualTo(254 - begun);
        assertThat(end.isDue()).isTrue();
    }

    @Test
    void clientIsToldOnceThatTheGatewayGoesAway() {
        end.want();
        ByteBuf out = Unpooled.buffer();
        end.write(out);

        assertThat(out.readUnsignedByte()).isEqualTo((short) 0x88);
        assertThat(out.readUnsignedByte()).isEqualTo((short) 2);
        assertThat(out.readUnsignedShort()).isEqualTo(1001);
        assertThat(out.isReadable()).isFalse();
        assertThat(end.isTold()).isTrue();
        assertThat(end.isDue()).isFalse();
    }

    @Test
    void serverThatHasClosedIsNotSpokenFor() {
        byte[] close = frame(8, 2, false);
        assertThat(end.pass(Unpooled.wrappedBuffer(close), close.length)).isEqualTo(close.length);
        end.want();

        assertThat(end.isDue()).isFalse();
        assertThat(end.isTold()).isFalse();
    }
}
