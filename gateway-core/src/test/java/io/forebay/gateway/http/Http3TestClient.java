package io.forebay.gateway.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Frame;
import io.netty.handler.codec.http3.Http3GoAwayFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One HTTP/3 connection by Netty's own client, whose frames the test chooses.
public final class Http3TestClient implements AutoCloseable {
    private static final long PATIENCE_S = 20;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel socket;
    private final QuicChannel connection;
    private final String authority;

    /// With what the server has closed the connection, once it has.
    public final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

    /// The stream ids of the GOAWAY frames that came.
    public final BlockingQueue<Long> goAways = new LinkedBlockingQueue<>();

    private Http3TestClient(int port, String serverName, String authoritiesPem, String protocol) throws Exception {
        X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(authoritiesPem.getBytes(StandardCharsets.US_ASCII)));
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(authority)
                .applicationProtocols(protocol)
                .build();
        this.authority = serverName + ":" + port;
        socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(channel -> tls.newEngine(channel.alloc(), serverName, port))
                        .maxIdleTimeout(60, TimeUnit.SECONDS)
                        .initialMaxData(256 * 1024)
                        .initialMaxStreamDataBidirectionalLocal(64 * 1024)
                        .build())
                .bind(0)
                .sync()
                .channel();
        try {
            connection = QuicChannel.newBootstrap(socket)
                    .handler(new Http3ClientConnectionHandler(new Control(), null, null, null, true))
                    .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .connect()
                    .get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (Exception e) {
            end();
            throw e;
        }
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof QuicConnectionCloseEvent close) {
                    closeCode.complete(close.error());
                }
                ctx.fireUserEventTriggered(event);
            }
        });
    }

    /// Connects to a host of the gateway at a port of this machine.
    public static Http3TestClient connect(int port, String serverName, String authoritiesPem) throws Exception {
        return new Http3TestClient(port, serverName, authoritiesPem, "h3");
    }

    /// The same, proposing another protocol of ALPN.
    public static Http3TestClient proposing(String protocol, int port, String serverName, String authoritiesPem)
            throws Exception {
        return new Http3TestClient(port, serverName, authoritiesPem, protocol);
    }

    /// What came of an answer.
    ///
    /// @param text the body, a character a byte
    public record Answer(List<String> head, List<String> interim, String text, List<String> trailers) {
        public byte[] body() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        public String status() {
            return head.getFirst();
        }
    }

    /// A request of this client's.
    public final class Stream extends ChannelInboundHandlerAdapter {
        private final QuicStreamChannel channel;
        private final List<List<String>> heads = new ArrayList<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<String> trailers = new ArrayList<>();
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

        private Stream() throws Exception {
            channel = Http3.newRequestStream(connection, this).get(PATIENCE_S, TimeUnit.SECONDS);
        }

        /// Sends a head, or trailers.
        public Stream headers(boolean isEnd, String... fields) {
            Http3Headers section = new DefaultHttp3Headers(false);
            for (int i = 0; i < fields.length; i += 2) {
                // Of the type that the client compares methods by.
                section.add(fields[i], new AsciiString(fields[i + 1]));
            }
            return end(isEnd, channel.writeAndFlush(new DefaultHttp3HeadersFrame(section)));
        }

        /// Sends bytes that need be no frames.
        public Stream raw(boolean isEnd, byte... bytes) {
            return end(isEnd, channel.pipeline().firstContext().writeAndFlush(Unpooled.copiedBuffer(bytes)));
        }

        /// Sends some of the body.
        public Stream data(boolean isEnd, byte... bytes) {
            return end(isEnd, channel.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.copiedBuffer(bytes))));
        }

        private Stream end(boolean isEnd, ChannelFuture write) {
            if (isEnd) {
                write.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            }
            return this;
        }

        /// Cancels both ways.
        public void reset() {
            channel.shutdown(0x10c);
        }

        /// Cancels the answer alone.
        public void stop() {
            channel.shutdownInput(0x10c);
        }

        /// Stops or resumes the reading of the answer.
        public void read(boolean isOn) {
            channel.config().setAutoRead(isOn);
        }

        /// Waits for the whole answer.
        public Answer answer() throws Exception {
            return answer.get(PATIENCE_S, TimeUnit.SECONDS);
        }

        /// Waits until the stream has ended without a whole answer.
        public void awaitCutOff() throws Exception {
            closed.get(PATIENCE_S, TimeUnit.SECONDS);
            if (answer.isDone() && !answer.isCompletedExceptionally()) {
                throw new AssertionError("a whole answer came: " + answer.join());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (message instanceof Http3DataFrame data) {
                    body.writeBytes(ByteBufUtil.getBytes(data.content()));
                } else if (message instanceof Http3HeadersFrame frame) {
                    List<String> fields = new ArrayList<>();
                    frame.headers().forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
                    if (fields.isEmpty() || fields.getFirst().startsWith(":status")) {
                        heads.add(fields);
                    } else {
                        trailers.addAll(fields);
                    }
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE && !heads.isEmpty()) {
                answer.complete(new Answer(
                        heads.getLast(),
                        heads.size() > 1 ? heads.getFirst() : List.of(),
                        body.toString(StandardCharsets.ISO_8859_1),
                        trailers));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
            closed.complete(true);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IllegalStateException("the stream was closed"));
            closed.complete(true);
        }
    }

    private final class Control extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http3GoAwayFrame frame) {
                goAways.add(frame.id());
            }
            ReferenceCountUtil.release((Http3Frame) message);
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    public Stream open() throws Exception {
        return new Stream();
    }

    /// Sends a request's head.
    public Stream request(boolean isEnd, String method, String path, String... fields) throws Exception {
        List<String> all =
                new ArrayList<>(List.of(":method", method, ":scheme", "https", ":authority", authority, ":path", path));
        all.addAll(List.of(fields));
        return open().headers(isEnd, all.toArray(String[]::new));
    }

    public Answer get(String path, String... fields) throws Exception {
        return request(true, "GET", path, fields).answer();
    }

    /// The subject of the certificate that the server has shown.
    public String certificate() throws Exception {
        X509Certificate leaf =
                (X509Certificate) connection.sslEngine().getSession().getPeerCertificates()[0];
        return leaf.getSerialNumber().toString();
    }

    /// Waits until the server has closed the connection.
    public void awaitClosed() throws Exception {
        if (!connection.closeFuture().await(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the connection is open");
        }
    }

    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS);
        end();
    }

    private void end() {
        socket.close().awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS);
    }
}
