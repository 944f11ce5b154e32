package io.forebay.gateway.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A loopback server behind a `DownstreamTls`. It greets with `hello` once the handshake is done and echoes
/// what it reads while the peer is trusted; else it closes, as a gateway does at the next request.
final class TlsServer implements AutoCloseable {
    static final String GREETING = "hello";

    /// What a handler of ours must never see.
    final BlockingQueue<Throwable> escapes = new LinkedBlockingQueue<>();

    final BlockingQueue<Refused> refusals = new LinkedBlockingQueue<>();
    final AtomicLong clockMs = new AtomicLong(System.currentTimeMillis());
    final DownstreamTls tls;

    private final BlockingQueue<TlsConnection> connections = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final ChannelGroup children = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;

    record Refused(TlsObserver.Refusal refusal, String detail) {}

    TlsServer(TlsListenerSettings settings) throws TlsSettingsException {
        TlsObserver observer = new TlsObserver() {
            @Override
            public void onRefusal(Refusal refusal, String detail) {
                refusals.add(new Refused(refusal, detail));
            }
        };
        tls = DownstreamTls.open("https", settings, observer, clockMs::get, new SecureRandom());
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        children.add(channel);
                        channel.pipeline().addLast(tls.newHandler(), new Greeter());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static TlsServer serving(TlsHost... hosts) throws TlsSettingsException {
        return new TlsServer(TlsListenerSettings.of(List.of(hosts)));
    }

    void update(TlsHost... hosts) throws TlsSettingsException {
        tls.update(TlsListenerSettings.of(List.of(hosts)));
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    TlsConnection accepted() throws InterruptedException {
        TlsConnection connection = connections.poll(30, TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no connection was accepted; refusals: " + refusals);
        }
        return connection;
    }

    @Nullable
    TlsConnection acceptedSoFar() {
        return connections.poll();
    }

    Refused refused() throws InterruptedException {
        Refused refused = refusals.poll(30, TimeUnit.SECONDS);
        if (refused == null) {
            throw new AssertionError("nothing was refused");
        }
        return refused;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        children.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        tls.close();
    }

    private final class Greeter extends ChannelInboundHandlerAdapter {
        private @Nullable TlsConnection connection;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof TlsConnection done) {
                connection = done;
                connections.add(done);
                ctx.writeAndFlush(Unpooled.copiedBuffer(GREETING + "\n", StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            TlsConnection connection = this.connection;
            if (connection == null) {
                escapes.add(new AssertionError("bytes before the handshake was done"));
                ((ByteBuf) message).release();
            } else if (connection.peerTrust().isStillTrusted(clockMs.get())) {
                ctx.writeAndFlush(message);
            } else {
                ((ByteBuf) message).release();
                ctx.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (connection == null) {
                escapes.add(cause);
            }
            ctx.close();
        }
    }
}
