package io.forebay.gateway;

import io.forebay.mesh.Endpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An upstream on loopback that speaks HTTP/2 and does with each whole request what its script says.
final class Http2TestUpstream implements AutoCloseable {
    final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    /// The codes of the streams that the gateway has reset.
    final BlockingQueue<Long> resets = new LinkedBlockingQueue<>();

    final AtomicInteger accepted = new AtomicInteger();
    /// Connections that are closed.
    final AtomicInteger ended = new AtomicInteger();
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Script script;
    private final Channel server;

    /// What the upstream does with one request.
    interface Script {
        void answer(Call call);
    }

    /// One request.
    @SuppressWarnings("ArrayRecordComponent") // read by tests, never compared
    record Call(Http2Headers head, byte[] body, @Nullable Http2Headers trailers, ChannelHandlerContext stream) {
        String field(String name) {
            CharSequence value = head.get(name);
            return value == null ? "" : value.toString();
        }

        String trailer(String name) {
            CharSequence value = trailers == null ? null : trailers.get(name);
            return value == null ? "" : value.toString();
        }

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        Call head(boolean isEnd, String status, String... fields) {
            Http2Headers answer = new DefaultHttp2Headers().status(status);
            for (int i = 0; i < fields.length; i += 2) {
                answer.add(fields[i], fields[i + 1]);
            }
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(answer, isEnd));
            return this;
        }

        Call data(boolean isEnd, String text) {
            ByteBuf data = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
            stream.writeAndFlush(new DefaultHttp2DataFrame(data, isEnd));
            return this;
        }

        Call trailers(String name, String value) {
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add(name, value), true));
            return this;
        }

        void reset(Http2Error code) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(code));
        }

        /// Says that this stream was the last.
        void goAway() {
            stream.channel().parent().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }

        void close() {
            stream.channel().parent().close();
        }
    }

    private Http2TestUpstream(Script script, @Nullable SslContext tls, Http2Settings settings) {
        this.script = script;
        this.server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.incrementAndGet();
                        channel.closeFuture().addListener(closed -> ended.incrementAndGet());
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer()
                                                .initialSettings(settings)
                                                .build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Stream());
                                            }
                                        }));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static Http2TestUpstream of(Script script) {
        return new Http2TestUpstream(script, null, Http2Settings.defaultSettings());
    }

    static Http2TestUpstream of(SslContext tls, Script script) {
        return new Http2TestUpstream(script, tls, Http2Settings.defaultSettings());
    }

    static Http2TestUpstream of(Http2Settings settings, Script script) {
        return new Http2TestUpstream(script, null, settings);
    }

    static Http2TestUpstream answering(String text) {
        return of(call -> call.head(false, "200").data(true, text));
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort());
    }

    Call call() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("no request came");
        }
        return call;
    }

    private final class Stream extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private @Nullable Http2Headers head;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            try {
                switch (frame) {
                    case Http2HeadersFrame headers -> onHeaders(ctx, headers);
                    case Http2DataFrame data -> {
                        body.writeBytes(ByteBufUtil.getBytes(data.content()));
                        if (data.isEndStream()) {
                            end(ctx, null);
                        }
                    }
                    default -> {}
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
            if (head != null) {
                end(ctx, frame.headers());
                return;
            }
            head = frame.headers();
            if (frame.isEndStream()) {
                end(ctx, null);
            }
        }

        private void end(ChannelHandlerContext ctx, @Nullable Http2Headers trailers) {
            if (head != null) {
                Call call = new Call(head, body.toByteArray(), trailers, ctx);
                calls.add(call);
                script.answer(call);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                resets.add(reset.errorCode());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
