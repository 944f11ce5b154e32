package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final Outgoing outgoing = new Outgoing(channel.pipeline().context(ChannelInboundHandlerAdapter.class));

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void eachPieceIsAChunkAndTheLastIsEmpty() {
        data("hello");
        data("0123456789abcdef0");
        Chunks.end(outgoing, null, HeaderEdits.NONE);
        assertThat(written()).isEqualTo("5\r\nhello\r\n11\r\n0123456789abcdef0\r\n0\r\n\r\n");
    }

    @Test
    void noBytesAreNoChunk() {
        data("");
        data("a");
        data("");
        Chunks.end(outgoing, null, HeaderEdits.NONE);
        assertThat(written()).isEqualTo("1\r\na\r\n0\r\n\r\n");
    }

    private void data(String text) {
        ByteBuf piece = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        Chunks.data(outgoing, piece, piece.readableBytes());
        piece.release();
    }

    private String written() {
        outgoing.flush();
        StringBuilder all = new StringBuilder();
        ByteBuf part = channel.readOutbound();
        while (part != null) {
            all.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
            part = channel.readOutbound();
        }
        return all.toString();
    }
}
