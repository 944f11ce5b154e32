package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whoever sees a body on its way is told its end once, whatever the end is.
class ConsumerSlotTest {
    private final List<String> told = new ArrayList<>();
    private final ConsumerSlot slot = new ConsumerSlot();

    private final class Tap implements BodyTap {
        private final String name;

        Tap(String name) {
            this.name = name;
        }

        @Override
        public void onBody(ByteBuf in, int bytes) {
            told.add(name + " " + in.toString(in.readerIndex(), bytes, StandardCharsets.US_ASCII));
        }

        @Override
        public void onBodyEnd() {
            told.add(name + " end");
        }

        @Override
        public void onBodyLost() {
            told.add(name + " lost");
        }
    }

    private void body(String text) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        slot.onBody(in, in.readableBytes());
        assertThat(in.isReadable()).as("what nobody takes is thrown away").isFalse();
        in.release();
    }

    @Test
    void bodyPassesAndEnds() {
        slot.tap(new Tap("a"));
        body("one");
        body("two");
        slot.onBodyEnd(null);
        slot.clear();
        slot.onClientGone();
        assertThat(told).containsExactly("a one", "a two", "a end");
    }

    @Test
    void bodyOfAClientThatLeavesIsLost() {
        slot.tap(new Tap("a"));
        body("one");
        slot.onClientGone();
        slot.onBodyEnd(null);
        assertThat(told).containsExactly("a one", "a lost");
    }

    @Test
    void restOfABodyThatNobodyIsToldOfIsLost() {
        slot.tap(new Tap("a"));
        slot.clear();
        body("one");
        assertThat(told).containsExactly("a lost");
    }

    @Test
    void laterTapTakesThePlaceOfTheEarlier() {
        slot.tap(new Tap("a"));
        slot.tap(new Tap("b"));
        body("one");
        slot.onBodyEnd(null);
        assertThat(told).containsExactly("a lost", "b one", "b end");
    }
}
