package io.forebay.gateway.transport;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.proxyprotocol.ProxyHeaderRefusals;
import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ProxyProtocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One listening port. Loop 0 accepts and deals the connections out to all loops in turn; from its first byte on a
/// connection stays on its loop.
final class Listener {
    private static final int BACKLOG = 8192;

    private final Channel channel;
    private final Connections connections;
    private final Standing standing;
    private final @Nullable DownstreamTls tls;
    private final PortTraffic traffic;

    private Listener(
            Channel channel,
            Connections connections,
            Standing standing,
            @Nullable DownstreamTls tls,
            PortTraffic traffic) {
        this.channel = channel;
        this.connections = connections;
        this.standing = standing;
        this.tls = tls;
        this.traffic = traffic;
    }

    /// Begins to listen.
    ///
    /// @param tls what terminates TLS, or null for cleartext
    /// @param asked what holds for the connections that come from now on
    /// @throws IOException the port is taken or may not be used; the message names it
    static Listener bind(
            InetSocketAddress address,
            Loops loops,
            Connections connections,
            RequestHandler handler,
            @Nullable DownstreamTls tls,
            ClientTraffic asked,
            ProxyHeaderRefusals refusals)
            throws IOException {
        PortTraffic traffic = new PortTraffic(asked);
        Standing standing = new Standing();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.contexts().getFirst().eventLoop(), loops.group())
                .channel(loops.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(loops.transport().reusePort(), true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(
                        new Accepted(loops, connections, handler, standing, tls, traffic, refusals, address.getPort()));
        ChannelFuture binding = bootstrap.bind(address).awaitUninterruptibly();
        if (binding.cause() != null) {
            throw new IOException(
                    "cannot listen on port " + address.getPort() + ": "
                            + binding.cause().getMessage(),
                    binding.cause());
        }
        SharedPort.preferSuccessor(binding.channel());
        return new Listener(binding.channel(), connections, standing, tls, traffic);
    }

    @Nullable
    DownstreamTls tls() {
        return tls;
    }

    /// Makes this hold for connections that come from now on.
    void traffic(ClientTraffic asked) {
        traffic.follow(asked);
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /// Accepts no more; open connections live on.
    void close() {
        channel.close().awaitUninterruptibly();
        if (tls != null) {
            tls.close();
        }
    }

    /// Accepts no more, since the policy does not want it any longer. Its connections end after what is under way, and
    /// no later request of theirs is served.
    void withdraw() {
        standing.withdraw();
        close();
        connections.drain(channel);
    }

    private static final class Accepted extends ChannelInitializer<Channel> {
        private final Loops loops;
        private final Connections connections;
        private final RequestHandler handler;
        private final Standing standing;
        private final @Nullable DownstreamTls tls;
        private final PortTraffic traffic;
        private final ProxyHeaderRefusals refusals;
        private final int port;

        Accepted(
                Loops loops,
                Connections connections,
                RequestHandler handler,
                Standing standing,
                @Nullable DownstreamTls tls,
                PortTraffic traffic,
                ProxyHeaderRefusals refusals,
                int port) {
            this.loops = loops;
            this.connections = connections;
            this.handler = handler;
            this.standing = standing;
            this.tls = tls;
            this.traffic = traffic;
            this.refusals = refusals;
            this.port = port;
        }

        @Override
        protected void initChannel(Channel channel) {
            // In this order: whoever withdraws the listener meanwhile finds the connection, or is found here.
            if (!connections.add(channel) || standing.isWithdrawn()) {
                channel.close();
                return;
            }
            LoopContext loop = loops.contextOf(channel.eventLoop());
            channel.config().setAllocator(loop.allocator());
            ConnectionAddresses socket = ConnectionAddresses.of(channel.remoteAddress(), channel.localAddress());
            ProxyProtocol spoken = traffic.current().proxyProtocol();
            if (spoken == null) {
                begin(channel, loop, socket);
            } else {
                channel.pipeline()
                        .addLast(new ProxyHeaderEntry(
                                loop, spoken, socket, refusals, addresses -> begin(channel, loop, addresses)));
            }
        }

        private void begin(Channel channel, LoopContext loop, ConnectionAddresses addresses) {
            ConnectionEntry entry = new ConnectionEntry(loop, handler, standing, port, addresses);
            if (tls == null) {
                entry.cleartext(channel);
            } else {
                channel.pipeline().addLast(tls.newHandler(), entry);
            }
        }
    }
}
