package io.forebay.gateway.webhook;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.LoopContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One POST to one URL: the name is resolved, the addresses looked at, one of those that may be called connected to, so
/// that no other lookup can lead elsewhere. The status of the answer is all that matters: redirects are not
/// followed and bodies not read. Ends exactly once. Owned by one loop.
public final class WebhookCall {
    private final LoopContext loop;
    private final Bootstrap connector;
    private final URI url;
    private final Listener listener;
    private @Nullable Channel channel;
    private @Nullable Future<?> timeout;
    private boolean isOver;

    /// Hears how a call ended, on its loop.
    public interface Listener {
        /// The receiver has answered.
        ///
        /// @param retryAfter the field's value, or empty
        void answered(int status, String retryAfter);

        /// There is no answer.
        ///
        /// @param reason a stable token
        /// @param isFinal whether trying again would end the same way
        void failed(String reason, boolean isFinal);
    }

    /// What goes out, and how.
    ///
    /// @param tls null for plain HTTP
    /// @param tlsTasks where handshakes compute
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Request(
            HttpHeaders fields, byte[] body, @Nullable SslContext tls, Executor tlsTasks) {}

    WebhookCall(LoopContext loop, Bootstrap connector, URI url, Listener listener) {
        this.loop = loop;
        this.connector = connector.clone();
        this.url = url;
        this.listener = listener;
    }

    /// Begins. On the loop.
    ///
    /// @param mayBePrivate whether addresses that are not public may be called
    void start(Request request, boolean mayBePrivate, long timeoutMs) {
        timeout = loop.eventLoop().schedule(() -> fail("timeout", false), timeoutMs, TimeUnit.MILLISECONDS);
        Future<? extends List<? extends SocketAddress>> lookup = connector
                .config()
                .resolver()
                .getResolver(loop.eventLoop())
                .resolveAll(InetSocketAddress.createUnresolved(name(), port()));
        lookup.addListener(found -> {
            if (lookup.isSuccess()) {
                choose(lookup.getNow(), request, mayBePrivate);
            } else {
                fail("host-not-found", false);
            }
        });
    }

    /// The host without the brackets of an IPv6 address.
    private String name() {
        String host = requireNonNull(url.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private int port() {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return isTls() ? 443 : 80;
    }

    private boolean isTls() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    private void choose(List<? extends SocketAddress> addresses, Request request, boolean mayBePrivate) {
        Optional<SocketAddress> chosen = addresses.stream()
                .<SocketAddress>map(address -> address)
                .filter(address -> mayBePrivate || isPublic(address))
                .findFirst();
        if (chosen.isEmpty()) {
            fail("address-not-public", true);
        } else if (!isOver) {
            connect(chosen.get(), request);
        }
    }

    private static boolean isPublic(SocketAddress address) {
        return address instanceof InetSocketAddress internet && PublicAddress.is(internet.getAddress());
    }

    private void connect(SocketAddress address, Request request) {
        ChannelFuture connecting = connector
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        arrange(opened.pipeline(), request);
                    }
                })
                .connect(address);
        channel = connecting.channel();
        // A socket that could not be made tells of it on no loop at all.
        connecting.addListener(connected -> loop.eventLoop().execute(() -> {
            if (!connected.isSuccess()) {
                fail("connect-failed", false);
            }
        }));
    }

    private void arrange(ChannelPipeline pipeline, Request request) {
        SslContext tls = request.tls();
        if (tls != null) {
            SslHandler handler = tls.newHandler(loop.allocator(), name(), port(), request.tlsTasks());
            pipeline.addLast(handler);
        }
        pipeline.addLast(new HttpClientCodec(), new Exchanging(request));
    }

    /// Sends the request once the connection stands, and takes the head of the answer.
    private final class Exchanging extends SimpleChannelInboundHandler<HttpObject> {
        private final Request request;

        Exchanging(Request request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (request.tls() == null) {
                context.writeAndFlush(message());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    context.writeAndFlush(message());
                } else {
                    fail("tls-failed", false);
                }
            }
            context.fireUserEventTriggered(event);
        }

        private FullHttpRequest message() {
            String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
            FullHttpRequest post = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, HttpMethod.POST, target, Unpooled.wrappedBuffer(request.body()));
            String host = requireNonNull(url.getHost());
            post.headers()
                    .set(HttpHeaderNames.HOST, url.getPort() < 0 ? host : host + ":" + url.getPort())
                    .set(HttpHeaderNames.USER_AGENT, "forebay")
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                    .set(HttpHeaderNames.CONTENT_LENGTH, request.body().length)
                    .add(request.fields());
            return post;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                fail("answer-malformed", false);
            } else if (message instanceof HttpResponse answer && answer.status().code() >= 200) {
                String retryAfter = answer.headers().get(HttpHeaderNames.RETRY_AFTER, "");
                end(() -> listener.answered(answer.status().code(), retryAfter));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail("connection-lost", false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail("connection-lost", false);
        }
    }

    void fail(String reason, boolean isFinal) {
        end(() -> listener.failed(reason, isFinal));
    }

    /// Nothing is told any more. On the loop.
    public void cancel() {
        end(() -> {});
    }

    private void end(Runnable telling) {
        if (isOver) {
            return;
        }
        isOver = true;
        Future<?> pending = timeout;
        if (pending != null) {
            pending.cancel(false);
        }
        Channel open = channel;
        if (open != null && open.isRegistered()) {
            open.close();
        }
        telling.run();
    }
}
