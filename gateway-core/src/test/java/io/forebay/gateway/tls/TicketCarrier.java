package io.forebay.gateway.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// A BoringSSL client that carries its tickets from one server name to another. (The JDK's client cannot: on
/// resumption it repeats the name it used at first.) Its sessions are filed under one made-up peer, while the
/// name in the hello is chosen for each connection.
final class TicketCarrier implements AutoCloseable {
    private static final String PEER = "peer";

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ReferenceCountedOpenSslContext context;

    /// What came of a connection; `isResumed` is the client's own view of it.
    record Outcome(boolean isGreeted, boolean isResumed) {}

    TicketCarrier(String version, TestPki.Authority serverAuthority, TestPki.@Nullable Identity identity)
            throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(version)
                .trustManager(serverAuthority.certificate())
                .endpointIdentificationAlgorithm(null);
        if (identity != null) {
            builder.keyManager(new TlsClient.Stubborn(identity));
        }
        context = (ReferenceCountedOpenSslContext) builder.build();
        // Without keys of its own a client is left with tickets switched on, for TLS 1.2 as well.
        context.sessionContext().setTicketKeys();
    }

    Outcome visit(int port, String serverName) throws Exception {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler ssl = context.newHandler(channel.alloc(), PEER, port);
                        SSLParameters parameters = ssl.engine().getSSLParameters();
                        parameters.setServerNames(List.of(new SNIHostName(serverName)));
                        ssl.engine().setSSLParameters(parameters);
                        channel.pipeline().addLast(ssl, new Visitor(ssl, outcome));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync()
                .channel();
        try {
            return outcome.get(30, TimeUnit.SECONDS);
        } finally {
            channel.close().sync();
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        context.release();
    }

    private static final class Visitor extends SimpleChannelInboundHandler<ByteBuf> {
        private final SslHandler ssl;
        private final CompletableFuture<Outcome> outcome;

        Visitor(SslHandler ssl, CompletableFuture<Outcome> outcome) {
            this.ssl = ssl;
            this.outcome = outcome;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf greeting) {
            boolean isResumed = SSL.isSessionReused(((ReferenceCountedOpenSslEngine) ssl.engine()).sslPointer());
            boolean isGreeted = greeting.toString(StandardCharsets.US_ASCII).startsWith(TlsServer.GREETING);
            outcome.complete(new Outcome(isGreeted, isResumed));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            outcome.complete(new Outcome(false, false));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
