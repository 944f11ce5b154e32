package io.forebay.gateway.health;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.proxy.EndpointConnector;
import io.forebay.gateway.proxyprotocol.ProxyHeaderSender;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.forebay.mesh.HealthCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// One question to one endpoint, on a connection of its own: does it accept, and, for HTTP, does it answer with a
/// status that is expected. The answer's body is not read. Owned by the prober's loop.
final class Probe extends ChannelInboundHandlerAdapter {
    private final CheckedEndpoint asked;
    private final ResponseHead head = new ResponseHead();
    private @Nullable ChannelFuture opening;
    private boolean isOver;

    Probe(CheckedEndpoint asked) {
        this.asked = asked;
    }

    void connect(EndpointConnector connector, LoopContext loop) {
        ChannelFuture begun = connector.connect(asked.endpoint(), asked.connections(), this);
        opening = begun;
        // A socket that could not even be made is told of on a thread of Netty's own.
        begun.addListener(done -> {
            if (loop.isCurrent()) {
                opened(begun);
            } else {
                loop.eventLoop().execute(() -> opened(begun));
            }
        });
    }

    private void opened(ChannelFuture begun) {
        Throwable failure = begun.cause();
        if (failure == null || isOver) {
            return;
        }
        if (failure instanceof ChannelException) {
            // The gateway has no more sockets: that is not the endpoint's fault.
            asked.cancel();
        } else {
            tell(false, String.valueOf(failure.getMessage()));
        }
    }

    /// What still happens on the connection of a probe that is over must not pass for the next one's outcome.
    private void tell(boolean isSuccess, String detail) {
        if (!isOver) {
            asked.done(isSuccess, detail);
        }
    }

    /// Ends the connection, whatever it waits for.
    void close() {
        isOver = true;
        if (opening != null) {
            opening.channel().close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ProxyVersion header = asked.proxyProtocol();
        if (header != null) {
            ctx.pipeline().addFirst(new ProxyHeaderSender(header, ConnectionAddresses.UNKNOWN));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        switch (asked.check().probe()) {
            case HealthCheck.Probe.Tcp _ -> tell(true, "");
            case HealthCheck.Probe.Http http ->
                ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), request(http)), ctx.voidPromise());
        }
    }

    private String request(HealthCheck.Probe.Http http) {
        return http.method() + " " + http.path() + " HTTP/1.1\r\nhost: "
                + asked.endpoint().authority()
                + "\r\nuser-agent: forebay-health\r\naccept: */*\r\nconnection: close\r\n\r\n";
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            read(in);
        } finally {
            in.release();
        }
    }

    private void read(ByteBuf in) {
        while (!isOver && in.isReadable()) {
            int end = head.read(in);
            if (end < 0) {
                if (ResponseHead.isMalformed(end)) {
                    tell(false, "malformed answer: " + head.malformed().reason());
                }
                return;
            }
            if (head.isInterim()) {
                head.clear();
            } else {
                tell(isExpected(head.status()), "status " + head.status());
            }
        }
    }

    private boolean isExpected(int status) {
        return asked.check().probe() instanceof HealthCheck.Probe.Http http
                && http.expectedStatuses().contains(status);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        tell(false, "closed without an answer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        tell(false, String.valueOf(cause.getMessage()));
    }
}
