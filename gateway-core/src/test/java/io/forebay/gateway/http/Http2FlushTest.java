package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.PeerIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Many answers within one turn of the loop leave together.
class Http2FlushTest {
    private final TestOrigin origin = new TestOrigin();
    private final FlushCounter flushes = new FlushCounter();
    private final EmbeddedChannel channel = new EmbeddedChannel(flushes);
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

    /// The transport's place, since the embedded one would run the loop's tasks at each write.
    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        int count;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            promise.setSuccess();
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count++;
        }
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void answersOfOneTurnLeaveInOneFlush() throws Exception {
        begin();
        for (int i = 0; i < 20; i++) {
            channel.writeInbound(get(1 + 2 * i, "/hold"));
        }
        assertThat(origin.held).hasSize(20);
        int before = flushes.count;
        origin.held.forEach(exchange -> TestOrigin.text(exchange, "answer"));
        assertThat(flushes.count).isEqualTo(before);
        channel.runPendingTasks();
        assertThat(flushes.count).isEqualTo(before + 1);
        assertThat(origin.ended).hasSize(20);
    }

    @Test
    void answersToOneReadLeaveInItsFlush() throws Exception {
        begin();
        ByteBuf read = Unpooled.buffer();
        for (int i = 0; i < 20; i++) {
            ByteBuf head = get(1 + 2 * i, "/x");
            read.writeBytes(head);
            head.release();
        }
        int before = flushes.count;
        channel.writeInbound(read);
        assertThat(origin.ended).hasSize(20);
        assertThat(flushes.count).isEqualTo(before + 1);
    }

    private void begin() {
        LoopContext loop = new LoopContext(0, channel.eventLoop(), channel.alloc(), 1);
        PeerIdentity peer = new PeerIdentity("127.0.0.1", null);
        channel.pipeline().addLast(Http2Edge.of(loop, origin, Connection.of(80, false, peer, Connection.Trust.ALWAYS)));
        byte[] preface = Http2TestClient.PREFACE.getBytes(StandardCharsets.US_ASCII);
        byte[] settings = Http2TestClient.bytes(Http2TestClient.SETTINGS, 0, 0);
        channel.writeInbound(Unpooled.wrappedBuffer(preface, settings));
    }

    private ByteBuf get(int streamId, String path) throws Http2Exception {
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(
                streamId,
                new DefaultHttp2Headers()
                        .method("GET")
                        .scheme("http")
                        .path(path)
                        .authority("a"),
                block);
        byte[] payload = io.netty.buffer.ByteBufUtil.getBytes(block);
        block.release();
        int flags = Http2TestClient.END_HEADERS | Http2TestClient.END_STREAM;
        return Unpooled.wrappedBuffer(Http2TestClient.bytes(Http2TestClient.HEADERS, flags, streamId, payload));
    }
}
