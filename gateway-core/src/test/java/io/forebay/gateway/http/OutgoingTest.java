package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    private ChannelHandlerContext context() {
        return channel.pipeline().firstContext();
    }

    @Test
    void pieceIsHeldWholeUntilItsLastByteHasLeft() {
        channel.write(Unpooled.buffer().writeZero(65_536));
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        waiting.addFlush();
        waiting.removeBytes(65_535);
        assertThat(Outgoing.heldBytes(context())).isGreaterThanOrEqualTo(65_536);
        waiting.removeBytes(1);
        assertThat(Outgoing.heldBytes(context())).isZero();
    }

    @Test
    void closedConnectionHoldsNothing() {
        ChannelHandlerContext context = context();
        channel.close();
        assertThat(Outgoing.heldBytes(context)).isZero();
    }
}
