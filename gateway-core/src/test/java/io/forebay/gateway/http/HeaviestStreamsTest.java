package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeaviestStreamsTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopContext loop = new LoopContext(0, channel.eventLoop(), channel.alloc(), 1);
    private final List<Long> resets = new ArrayList<>();

    private final class Stream implements Deadlines.Timed, HeaviestStreams.Heavy {
        private final long bytes;
        private int slot = Deadlines.NONE;

        Stream(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public long heldBytes() {
            return bytes;
        }

        @Override
        public void reset() {
            resets.add(bytes);
            loop.deadlines().remove(this);
        }

        @Override
        public void onSweep(long nowNs) {}

        @Override
        public int deadlineSlot() {
            return slot;
        }

        @Override
        public void deadlineSlot(int place) {
            slot = place;
        }
    }

    @Test
    void heaviestGoFirstAndOnlySoManyAtATime() {
        List<Long> all = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i < 100; i++) {
            long bytes = HeaviestStreams.BYTES_MIN + random.nextInt(1 << 20);
            all.add(bytes);
            loop.deadlines().add(new Stream(bytes));
        }
        all.sort((a, b) -> Long.compare(b, a));
        HeaviestStreams heaviest = new HeaviestStreams(loop);
        heaviest.reset();
        assertThat(resets).isEqualTo(all.subList(0, HeaviestStreams.RESETS_MAX));
        heaviest.reset();
        assertThat(resets).isEqualTo(all.subList(0, 2 * HeaviestStreams.RESETS_MAX));
    }

    @Test
    void lightOnesAreLeftAlone() {
        loop.deadlines().add(new Stream(HeaviestStreams.BYTES_MIN - 1));
        loop.deadlines().add(new Stream(HeaviestStreams.BYTES_MIN));
        new HeaviestStreams(loop).reset();
        assertThat(resets).containsExactly(HeaviestStreams.BYTES_MIN);
    }
}
