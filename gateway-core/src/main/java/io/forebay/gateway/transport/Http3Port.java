package io.forebay.gateway.transport;

import io.forebay.gateway.http.Http3Limits;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.tls.QuicTls;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.tls.TlsSettingsException;
import io.forebay.policy.ClientTraffic;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// HTTP/3 at the UDP port beside a TCP port. One socket on one loop, on which all its connections stay: the kernel
/// cannot deal out packets by the connection they belong to.
///
/// A socket that cannot be had is logged, told by [#fault()], and tried again every second: another process may have
/// it, which this one is about to succeed. HTTP/1.1 and HTTP/2 do not wait for it. [#open], [#update] and the ends are
/// called by whoever publishes policies, on no loop; the rest happens on the port's loop.
final class Http3Port {
    private static final Logger LOG = System.getLogger(Http3Port.class.getName());
    private static final long RETRY_MS = 1_000;

    /// Of one packet; larger ones are none of ours.
    private static final int PACKET_BYTES_MAX = 2_048;

    /// Of one read from a stream.
    private static final int READ_BYTES_MAX = 16 * 1024;

    private final InetSocketAddress address;
    private final ListenerParts parts;
    private final QuicTls tls;
    private final LoopContext loop;
    private final PortConnections open;
    private final Standing standing = new Standing();
    private final RetryTokens tokens = new RetryTokens(System::currentTimeMillis, new SecureRandom());
    private final String altSvc;
    private volatile ClientTraffic traffic;
    private volatile @Nullable Channel channel;
    private volatile @Nullable String fault;
    private volatile boolean isClosing;

    /// Connections that are not closed yet; on the loop only.
    private int connections;

    private Http3Port(
            InetSocketAddress address, ListenerParts parts, QuicTls tls, ClientTraffic traffic, PortConnections open) {
        this.address = address;
        this.parts = parts;
        this.tls = tls;
        this.traffic = traffic;
        this.open = open;
        this.loop = parts.loops()
                .contexts()
                .get(address.getPort() % parts.loops().contexts().size());
        this.altSvc = "h3=\":" + address.getPort() + "\"; ma=86400";
    }

    /// Begins to listen, as soon as it can.
    ///
    /// @param address that of the TCP port
    /// @param traffic what the policy asks of connections
    /// @param connections of the TCP port, among which those of HTTP/3 count
    /// @throws TlsSettingsException the settings cannot be served
    static Http3Port open(
            InetSocketAddress address,
            ListenerParts parts,
            TlsListenerSettings settings,
            ClientTraffic traffic,
            PortConnections connections)
            throws TlsSettingsException {
        Http3Port port = new Http3Port(address, parts, QuicTls.open(settings), traffic, connections);
        port.bind().awaitUninterruptibly();
        return port;
    }

    /// Serves these certificates to connections that come from now on, and asks this of them.
    ///
    /// @throws TlsSettingsException they cannot be served, and the earlier ones stay
    void update(TlsListenerSettings settings, ClientTraffic wanted) throws TlsSettingsException {
        traffic = wanted;
        tls.update(settings);
    }

    /// Why nobody can come by HTTP/3 now, or null.
    @Nullable
    String fault() {
        return fault;
    }

    /// What clients of the TCP port are told (RFC 7838), or null while there is nothing to tell. Any thread.
    @Nullable
    String altSvc() {
        return channel == null || isClosing ? null : altSvc;
    }

    // ---- the socket

    /// Is done when it is known what became of it.
    private Future<Void> bind() {
        Promise<Void> known = loop.eventLoop().newPromise();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(parts.loops().transport().datagramChannel())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(PACKET_BYTES_MAX))
                .handler(codec());
        bootstrap.bind(address).addListener((ChannelFuture binding) -> {
            if (binding.isSuccess()) {
                onBound(binding.channel());
            } else {
                onRefused(binding.cause());
            }
            known.setSuccess(null);
        });
        return known;
    }

    private void onBound(Channel bound) {
        parts.loops().remember(bound);
        if (isClosing) {
            bound.close();
            return;
        }
        channel = bound;
        if (fault != null) {
            LOG.log(Level.INFO, "port {0} speaks HTTP/3 now", String.valueOf(address.getPort()));
            fault = null;
        }
    }

    private void onRefused(Throwable cause) {
        String text = "HTTP/3 at port " + address.getPort() + ": " + cause.getMessage();
        if (!text.equals(fault)) {
            LOG.log(Level.WARNING, text);
        }
        fault = text;
        if (!isClosing) {
            loop.eventLoop().schedule(this::bindAgain, RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void bindAgain() {
        if (!isClosing) {
            bind();
        }
    }

    private ChannelHandler codec() {
        return new QuicServerCodecBuilder()
                .sslEngineProvider(connection -> tls.newEngine(loop.allocator()))
                .tokenHandler(tokens)
                .maxRecvUdpPayloadSize(PACKET_BYTES_MAX)
                .maxIdleTimeout(Http3Limits.SILENT_MS, TimeUnit.MILLISECONDS)
                .initialMaxData(Http3Limits.CONNECTION_WINDOW_BYTES)
                .initialMaxStreamDataBidirectionalRemote(Http3Limits.STREAM_WINDOW_BYTES)
                .initialMaxStreamDataUnidirectional(Http3Limits.STREAM_WINDOW_BYTES)
                .initialMaxStreamsBidirectional(Http3Limits.STREAMS_MAX)
                .initialMaxStreamsUnidirectional(Http3Limits.UNIDIRECTIONAL_STREAMS_MAX)
                .streamOption(ChannelOption.ALLOCATOR, loop.allocator())
                // One read at a time, so that who pauses gets no more than one.
                .streamOption(ChannelOption.RECVBUF_ALLOCATOR, oneRead())
                .handler(new Accepted())
                .build();
    }

    private static MaxMessagesRecvByteBufAllocator oneRead() {
        MaxMessagesRecvByteBufAllocator reads = new AdaptiveRecvByteBufAllocator(512, 2_048, READ_BYTES_MAX);
        return reads.maxMessagesPerRead(1);
    }

    // ---- connections

    private final class Accepted extends ChannelInitializer<QuicChannel> {
        @Override
        protected void initChannel(QuicChannel connection) {
            assert loop.isCurrent();
            if (isClosing
                    || standing.isWithdrawn()
                    || parts.gate().isShut()
                    || !parts.connections().add(connection)) {
                connection.close();
                return;
            }
            connections++;
            connection.closeFuture().addListener(closed -> onClosed());
            connection.config().setAllocator(loop.allocator());
            tokens.begun();
            connection
                    .pipeline()
                    .addLast(new QuicEntry(loop, parts, standing, address.getPort(), tls, tokens, traffic, open));
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    private void onClosed() {
        connections--;
        closeIfIdle();
    }

    private void closeIfIdle() {
        Channel bound = channel;
        if (isClosing && connections == 0 && bound != null) {
            bound.close();
        }
    }

    // ---- ends

    /// Takes no new connections; those that are open live on, and the socket with the last of them.
    void close() {
        isClosing = true;
        loop.eventLoop().execute(this::closeIfIdle);
    }

    /// The same, since the policy does not want it any longer: its connections end after what is under way.
    void withdraw() {
        standing.withdraw();
        close();
        Channel bound = channel;
        if (bound != null) {
            parts.connections().drain(bound);
        }
    }
}
