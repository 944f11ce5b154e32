import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// A gRPC service without a library of gRPC: it says its port, and answers each call with one message of one string.
final class Kitchen {
    private static final String TODAY = "lentil soup";
    private static final int FIELD_1_OF_BYTES = 0x0a;

    private Kitchen() {}

    public static void main(String[] arguments) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer().build(), new Http2MultiplexHandler(new Calls()));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        System.out.println("kitchen ready on port " + ((InetSocketAddress) server.localAddress()).getPort());
    }

    private static final class Calls extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new SimpleChannelInboundHandler<Http2StreamFrame>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
                    if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                        answer(context);
                    }
                }
            });
        }
    }

    /// Head, one message with its length before it, and the status in the trailers.
    private static void answer(ChannelHandlerContext context) {
        byte[] text = TODAY.getBytes(StandardCharsets.UTF_8);
        ByteBuf message = Unpooled.buffer();
        message.writeByte(0).writeInt(2 + text.length).writeByte(FIELD_1_OF_BYTES).writeByte(text.length).writeBytes(text);
        Http2Headers head = new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
        context.write(new DefaultHttp2HeadersFrame(head));
        context.write(new DefaultHttp2DataFrame(message));
        context.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().set("grpc-status", "0"), true));
    }
}
