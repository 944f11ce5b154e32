package io.forebay.gateway.health;

import io.forebay.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Asks over HTTP/1.1, as soon as it is in the pipeline of a connection that is open. Owned by the prober's loop.
final class Http1Probe extends ChannelInboundHandlerAdapter {
    private final HttpQuestion question;
    private final Probe probe;
    private final ResponseHead head = new ResponseHead();

    Http1Probe(HttpQuestion question, Probe probe) {
        this.question = question;
        this.probe = probe;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), question.head()), ctx.voidPromise());
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
        while (!probe.isOver() && in.isReadable()) {
            int end = head.read(in);
            if (end < 0) {
                if (ResponseHead.isMalformed(end)) {
                    probe.tell(ProbeOutcome.failure(
                            "malformed answer: " + head.malformed().reason()));
                }
                return;
            }
            if (head.isInterim()) {
                head.clear();
            } else {
                probe.tell(question.onStatus(head.status()));
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        probe.tell(ProbeOutcome.failure("closed without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        probe.tell(ProbeOutcome.failure(cause));
    }
}
