package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Http1Edge;
import io.forebay.gateway.http.Http2Edge;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.PendingGoAway;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.relay.Relays;
import io.forebay.gateway.tls.PeerCertificate;
import io.forebay.gateway.tls.PeerTrust;
import io.forebay.gateway.tls.ShownCertificate;
import io.forebay.gateway.tls.TlsConnection;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.ServerName;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// Stands at the end of a new connection's pipeline until it is known what the client speaks, then makes room for the
/// edge that speaks it. On a TLS listener that is known when the handshake is done.
final class ConnectionEntry extends ChannelInboundHandlerAdapter {
    private final LoopContext loop;
    private final RequestHandler handler;
    private final @Nullable Relays relays;
    private final Standing standing;
    private final int port;
    private final ConnectionAddresses addresses;
    private final Connection.Alternative alternative;
    private final ClientTraffic traffic;
    private final boolean isOfPeer;
    private final PendingGoAway pending = new PendingGoAway();

    /// @param relays takes what comes out of TLS and is no HTTP; null where there is no TLS
    /// @param isOfPeer whether another node of the gateway connects
    ConnectionEntry(
            LoopContext loop,
            RequestHandler handler,
            @Nullable Relays relays,
            Standing standing,
            int port,
            ConnectionAddresses addresses,
            Connection.Alternative alternative,
            ClientTraffic traffic,
            boolean isOfPeer) {
        this.loop = loop;
        this.handler = handler;
        this.relays = relays;
        this.standing = standing;
        this.port = port;
        this.addresses = addresses;
        this.alternative = alternative;
        this.traffic = traffic;
        this.isOfPeer = isOfPeer;
    }

    /// Gives a cleartext connection what finds out its protocol.
    void cleartext(Channel channel) {
        Connection.Trust trust = nowMs -> !standing.isWithdrawn();
        PeerIdentity peer = new PeerIdentity(addresses.client(), null);
        Connection connection = Connection.of(
                port,
                false,
                peer,
                trust,
                Connection.Hosts.ALL,
                ServerName.NONE,
                addresses,
                Connection.Alternative.NONE,
                traffic);
        channel.pipeline().addLast(new PrefaceEntry(loop, handler, connection));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof TlsConnection tls) {
            if (tls.isRelayed()) {
                relay(ctx, tls);
            } else {
                ctx.pipeline().replace(this, null, edge(tls, connection(tls)));
            }
            pending.tell(ctx.pipeline());
        } else if (!pending.hear(ctx, event)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void relay(ChannelHandlerContext ctx, TlsConnection tls) {
        ServerName name = ServerName.of(tls.serverName());
        ListenerPolicy listener = relays == null ? null : relays.listener(port, name);
        if (relays == null
                || listener == null
                || listener.protocol() != ListenerPolicy.Protocol.TLS
                || !listener.terminatesTls()) {
            // The policy has changed and the certificates are about to.
            ctx.close();
        } else {
            ctx.pipeline()
                    .replace(
                            this,
                            null,
                            relays.handler(loop, listener, name, addresses, tls.peerTrust()::isStillTrusted));
        }
    }

    private ChannelHandler edge(TlsConnection tls, Connection connection) {
        if (isOfPeer) {
            return Http1Edge.ofHandedOn(loop, handler, connection);
        }
        return tls.applicationProtocol().equals(TlsListenerSettings.HTTP_2)
                ? Http2Edge.of(loop, handler, connection)
                : new Http1Edge(loop, handler, connection);
    }

    private Connection connection(TlsConnection tls) {
        PeerIdentity peer = new PeerIdentity(addresses.client(), certificate(tls.peer()));
        PeerTrust peerTrust = tls.peerTrust();
        Connection.Trust trust = nowMs -> !standing.isWithdrawn() && peerTrust.isStillTrusted(nowMs);
        Connection.Hosts hosts = head -> !tls.needsAuthorityCheck() || tls.mayServe(head.text(head.host()));
        return Connection.of(
                port, true, peer, trust, hosts, ServerName.of(tls.serverName()), addresses, alternative, traffic);
    }

    private static @Nullable ClientCertificate certificate(@Nullable PeerCertificate peer) {
        return peer == null ? null : ShownCertificate.of(peer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
