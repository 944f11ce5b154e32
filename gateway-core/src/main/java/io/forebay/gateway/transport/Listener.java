package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.tls.DownstreamTls;
import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.forebay.policy.ClientTraffic.ProxyProtocol;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ServerName;
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
    /// Connections that wait in the kernel to be accepted.
    static final int BACKLOG = 8192;

    private final Channel channel;
    private final AcceptGate gate;
    private final Connections connections;
    private final Standing standing;
    private final PortSettings settings;
    private final PortConnections open;

    private Listener(
            Channel channel,
            AcceptGate gate,
            Connections connections,
            Standing standing,
            PortSettings settings,
            PortConnections open) {
        this.channel = channel;
        this.gate = gate;
        this.connections = connections;
        this.standing = standing;
        this.settings = settings;
        this.open = open;
    }

    /// Begins to listen.
    ///
    /// @param wanted of the connections that come from now on
    /// @throws IOException the port is taken or may not be used; the message names it
    static Listener bind(InetSocketAddress address, ListenerParts parts, PortSettings.Current wanted)
            throws IOException {
        Standing standing = new Standing();
        PortSettings settings = new PortSettings(wanted);
        PortConnections open = new PortConnections(parts.limited());
        Loops loops = parts.loops();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.contexts().getFirst().eventLoop(), loops.group())
                .channel(loops.transport().serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                // The gate says when.
                .option(ChannelOption.AUTO_READ, false)
                .option(loops.transport().reusePort(), true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new Accepted(parts, standing, settings, address.getPort(), open));
        ChannelFuture binding = bootstrap.bind(address).awaitUninterruptibly();
        if (binding.cause() != null) {
            throw new IOException(
                    "cannot listen on port " + address.getPort() + ": "
                            + binding.cause().getMessage(),
                    binding.cause());
        }
        SharedPort.preferSuccessor(binding.channel());
        parts.gate().opened(binding.channel());
        return new Listener(binding.channel(), parts.gate(), parts.connections(), standing, settings, open);
    }

    /// The connections of the port, those of HTTP/3 among them.
    PortConnections open() {
        return open;
    }

    @Nullable
    DownstreamTls tls() {
        return settings.current().tls();
    }

    /// HTTP/3 at the UDP port beside it, or null.
    @Nullable
    Http3Port http3() {
        return settings.http3();
    }

    /// Is told to clients from now on; closed with the listener.
    void http3(@Nullable Http3Port beside) {
        settings.http3(beside);
    }

    /// Makes this hold for connections that come from now on.
    void follow(PortSettings.Current wanted) {
        settings.follow(wanted);
    }

    /// Whether the policy wants the same port of the same kind: one that may follow it with its connections.
    boolean serves(Listeners.Wanted wanted) {
        PortSettings.Current current = settings.current();
        boolean isAll = current.relayed() == Relayed.ALL;
        boolean isTls = current.tls() != null || current.relayed() == Relayed.BY_SERVER_NAME;
        return isAll == (wanted.relayed() == Relayed.ALL) && isTls == wanted.isTls();
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /// Accepts no more; open connections live on, those too whose handshake is still to come.
    void stopAccepting() {
        stopTcp();
        Http3Port beside = http3();
        if (beside != null) {
            beside.close();
        }
    }

    private void stopTcp() {
        gate.closed(channel);
        channel.close().awaitUninterruptibly();
    }

    /// The same, and makes no more handshakes.
    void close() {
        stopAccepting();
        closeTls();
    }

    private void closeTls() {
        DownstreamTls tls = tls();
        if (tls != null) {
            tls.close();
        }
    }

    /// Accepts no more, since the policy does not want it any longer. Its connections end after what is under way, and
    /// no later request of theirs is served.
    void withdraw() {
        standing.withdraw();
        stopTcp();
        closeTls();
        connections.drain(channel);
        Http3Port beside = http3();
        if (beside != null) {
            beside.withdraw();
        }
    }

    private static final class Accepted extends ChannelInitializer<Channel> {
        private final ListenerParts parts;
        private final Standing standing;
        private final PortSettings settings;
        private final int port;
        private final PortConnections open;
        private final Connection.Alternative alternative;

        Accepted(ListenerParts parts, Standing standing, PortSettings settings, int port, PortConnections open) {
            this.parts = parts;
            this.standing = standing;
            this.settings = settings;
            this.port = port;
            this.open = open;
            this.alternative = settings::altSvc;
        }

        @Override
        protected void initChannel(Channel channel) {
            // In this order: whoever withdraws the listener meanwhile finds the connection, or is found here.
            if (!parts.connections().add(channel) || standing.isWithdrawn()) {
                channel.close();
                return;
            }
            PortSettings.Current current = settings.current();
            if (!open.add(channel, current.traffic().connectionLimit())) {
                channel.close();
                return;
            }
            LoopContext loop = parts.loops().contextOf(channel.eventLoop());
            channel.config().setAllocator(loop.allocator());
            ConnectionAddresses socket = ConnectionAddresses.of(channel.remoteAddress(), channel.localAddress());
            ProxyProtocol spoken = current.traffic().proxyProtocol();
            if (spoken == null) {
                begin(channel, loop, current, socket);
            } else {
                channel.pipeline()
                        .addLast(new ProxyHeaderEntry(
                                loop,
                                spoken,
                                socket,
                                parts.refusals(),
                                addresses -> begin(channel, loop, current, addresses)));
            }
        }

        private void begin(
                Channel channel, LoopContext loop, PortSettings.Current current, ConnectionAddresses addresses) {
            ConnectionLimit limit = current.traffic().connectionLimit();
            if (addresses.isKnown() && !open.addOf(addresses.source().getAddress(), channel, limit)) {
                channel.close();
                return;
            }
            if (current.relayed() == Relayed.ALL) {
                relay(channel, loop, addresses);
                return;
            }
            ConnectionEntry entry = new ConnectionEntry(
                    loop,
                    parts.handler(),
                    parts.relays(),
                    standing,
                    port,
                    addresses,
                    alternative,
                    current.traffic(),
                    parts.isOfPeers());
            DownstreamTls tls = current.tls();
            if (current.relayed() == Relayed.BY_SERVER_NAME) {
                channel.pipeline().addLast(new ServerNameEntry(parts, loop, port, addresses, tls, entry));
            } else if (tls == null) {
                entry.cleartext(channel);
            } else {
                channel.pipeline().addLast(tls.newHandler(), entry);
            }
        }

        private void relay(Channel channel, LoopContext loop, ConnectionAddresses addresses) {
            ListenerPolicy listener = parts.relays().listener(port, ServerName.NONE);
            if (listener == null || listener.protocol() != ListenerPolicy.Protocol.TCP) {
                // The policy has changed and the port is about to.
                channel.close();
            } else {
                channel.pipeline()
                        .addLast(parts.relays()
                                .handler(loop, listener, ServerName.NONE, addresses, Connection.Trust.ALWAYS));
            }
        }
    }
}
