package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobExchangeTest {
    private static final int BODY_BYTES_MAX = 1 << 20;

    private final List<byte[]> bodies = new ArrayList<>();
    private final JobExchange exchange = JobExchange.of(
            new LoopContext(0, new EmbeddedChannel().eventLoop(), UnpooledByteBufAllocator.DEFAULT, 1),
            new TestOrigin(),
            "127.0.0.1",
            false,
            80,
            new JobExchange.Receiver() {
                @Override
                public void onAnswer(int status, byte[] head, byte[] body) {
                    bodies.add(body);
                }

                @Override
                public void onTooLarge(int status, byte[] head) {
                    throw new AssertionError("nothing is too large here");
                }
            },
            BODY_BYTES_MAX);

    private void comes(int bytes) {
        exchange.body(Unpooled.buffer().writeZero(bytes), bytes);
    }

    @Test
    void roomIsMadeForWhatComesAndNotForWhatWasAnnounced() {
        exchange.head(new ResponseHead().begin(200).contentLength(BODY_BYTES_MAX), true);
        assertThat(exchange.roomBytes()).isZero();
        comes(100);
        assertThat(exchange.roomBytes()).isEqualTo(4_096);
        comes(5_000);
        assertThat(exchange.roomBytes()).isEqualTo(8_192);
        comes(BODY_BYTES_MAX - 5_100);
        assertThat(exchange.roomBytes()).isEqualTo(BODY_BYTES_MAX);
        exchange.end(null);
        assertThat(bodies).singleElement().satisfies(body -> assertThat(body).hasSize(BODY_BYTES_MAX));
    }

    @Test
    void roomIsNoLargerThanAShortAnnouncedAnswer() {
        exchange.head(new ResponseHead().begin(200).contentLength(5), true);
        comes(5);
        assertThat(exchange.roomBytes()).isEqualTo(5);
    }
}
