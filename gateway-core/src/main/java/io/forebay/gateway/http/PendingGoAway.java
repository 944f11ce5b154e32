package io.forebay.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a connection hears of its end before anybody serves it, kept for the one who will: its first request may be on
/// its way, and a close would lose it. A client that is not heard of for [ClientLimits#DRAIN_REST_NS] more is not
/// waited for. Owned by the connection's loop.
public final class PendingGoAway {
    private @Nullable GoAway heard;

    /// Takes a NOTICE or DRAIN.
    ///
    /// @param ctx the handler that stands in for the one who will serve the connection, and leaves for that one
    /// @param event any user event
    /// @return whether it was one of them
    public boolean hear(ChannelHandlerContext ctx, Object event) {
        if (event == GoAway.DRAIN && heard != GoAway.DRAIN) {
            heard = GoAway.DRAIN;
            ctx.executor().schedule(() -> closeIfSilent(ctx), ClientLimits.DRAIN_REST_NS, TimeUnit.NANOSECONDS);
        } else if (event == GoAway.NOTICE && heard == null) {
            heard = GoAway.NOTICE;
        }
        return event == GoAway.DRAIN || event == GoAway.NOTICE;
    }

    private static void closeIfSilent(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved()) {
            ctx.close();
        }
    }

    /// Tells it to who serves the connection now, if there is something to tell.
    public void tell(ChannelPipeline pipeline) {
        if (heard != null) {
            pipeline.fireUserEventTriggered(heard);
        }
    }
}
