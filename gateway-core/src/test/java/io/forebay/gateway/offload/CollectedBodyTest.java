package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class CollectedBodyTest {
    private final Collecting collecting = new Collecting(10_000);
    private final CollectedBody body = new CollectedBody(collecting);

    private boolean take(int bytes, long bytesMax) {
        return body.take(Unpooled.buffer().writeZero(bytes), bytes, bytesMax);
    }

    @Test
    void nothingIsCountedBeforeSomethingComesAndThenTheFirstByteIs() {
        assertThat(collecting.bytes()).isZero();
        assertThat(take(1, 8_000)).isTrue();
        assertThat(collecting.bytes()).isEqualTo(4_096);
    }

    @Test
    void roomIsMadeForNoMoreThanMayCome() {
        assertThat(take(10, 10)).isTrue();
        assertThat(collecting.bytes()).isEqualTo(10);
        assertThat(body.whole()).hasSize(10);
        assertThat(collecting.bytes()).isZero();
    }

    @Test
    void bodyThatWouldExceedTheBoundOfAllIsNotTaken() {
        CollectedBody other = new CollectedBody(collecting);
        assertThat(other.take(Unpooled.buffer().writeZero(6_000), 6_000, 9_000)).isTrue();
        assertThat(take(5_000, 9_000)).isFalse();
        assertThat(body.size()).isZero();
        other.drop();
        other.drop();
        assertThat(collecting.bytes()).isZero();
        assertThat(take(5_000, 9_000)).isTrue();
    }

    @Test
    void bufferIsCountedUntilItsLastSliceIsReleased() {
        take(5_000, 9_000);
        long counted = collecting.bytes();
        ByteBuf buffer = body.buffer();
        body.drop();
        ByteBuf slice = buffer.readRetainedSlice(5_000);
        buffer.release();
        assertThat(buffer.isReadable()).isFalse();
        assertThat(collecting.bytes()).isEqualTo(counted);
        slice.release();
        assertThat(collecting.bytes()).isZero();
    }

    @Test
    void bytesComeBackAsTheyCame() {
        for (byte i = 0; i < 100; i++) {
            ByteBuf in = Unpooled.wrappedBuffer(new byte[] {i, (byte) (i + 1), 99});
            body.take(in, 2, 9_000);
            assertThat(in.readableBytes()).isEqualTo(1);
        }
        byte[] whole = body.whole();
        assertThat(whole).hasSize(200);
        assertThat(whole[198]).isEqualTo((byte) 99);
        assertThat(whole[199]).isEqualTo((byte) 100);
    }
}
