package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AheadTest {
    private final Ahead ahead = new Ahead();

    private boolean keep(String text) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        boolean hasRoom = ahead.keep(in, UnpooledByteBufAllocator.DEFAULT);
        assertThat(in.isReadable()).isFalse();
        in.release();
        return hasRoom;
    }

    private static String take(ByteBuf from, int bytes) {
        return from.readCharSequence(bytes, StandardCharsets.US_ASCII).toString();
    }

    private ByteBuf beginReading() {
        return Objects.requireNonNull(ahead.beginReading());
    }

    @Test
    void whatComesIsReadInItsOrder() {
        keep("one ");
        keep("two");
        ByteBuf reading = beginReading();
        assertThat(take(reading, reading.readableBytes())).isEqualTo("one two");
        ahead.endReading();
        assertThat(reading.refCnt()).isZero();
        assertThat(ahead.isUsedUp()).isTrue();
    }

    @Test
    void restOfWhatIsReadWaitsInItsBufferBeforeWhatComesNext() {
        keep("one two");
        ByteBuf reading = beginReading();
        assertThat(ahead.isEmpty()).isTrue();
        assertThat(ahead.isUsedUp()).isFalse();
        assertThat(take(reading, 4)).isEqualTo("one ");
        ahead.keep(reading, UnpooledByteBufAllocator.DEFAULT);
        ahead.endReading();
        assertThat(ahead.isEmpty()).isFalse();
        keep(" three");
        ByteBuf again = beginReading();
        assertThat(again).isSameAs(reading);
        assertThat(take(again, again.readableBytes())).isEqualTo("two three");
        ahead.endReading();
        assertThat(again.refCnt()).isZero();
    }

    @Test
    void tooMuchIsSaid() {
        assertThat(keep("a".repeat(64 * 1024))).isTrue();
        assertThat(keep("a")).isFalse();
        ByteBuf reading = beginReading();
        take(reading, 1);
        assertThat(ahead.keep(reading, UnpooledByteBufAllocator.DEFAULT)).isTrue();
        ahead.drop();
        assertThat(reading.refCnt()).isZero();
        assertThat(ahead.isUsedUp()).isTrue();
    }

    @Test
    void whatIsBeingReadIsNotDroppedUnderItsReader() {
        keep("one");
        ByteBuf reading = beginReading();
        ahead.drop();
        assertThat(reading.refCnt()).isEqualTo(1);
        ahead.endReading();
        assertThat(reading.refCnt()).isZero();
    }
}
