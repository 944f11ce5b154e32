package io.forebay.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/// What a client has not taken yet of what was written to it, and since when it has taken nothing. Looked at by each
/// sweep of the time limits, so that it costs a request nothing. Owned by one loop.
final class Backlog {
    private long leftBytes;
    private long sinceNs;

    /// Compares what is left in `channel` with what the look before found.
    void look(Channel channel, long nowNs) {
        long left = leftBytes(channel);
        if (left == 0 || left < leftBytes) {
            sinceNs = nowNs;
        }
        leftBytes = left;
    }

    /// Without what is gone already of the message that is being sent, which may be the only one.
    private static long leftBytes(Channel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    /// The client is known to have taken something, or there was nothing to take yet.
    void taken(long nowNs) {
        sinceNs = nowNs;
    }

    /// Whether the client had taken everything at the last look.
    boolean isEmpty() {
        return leftBytes == 0;
    }

    /// For how long the client has taken nothing of what is left.
    long stuckNs(long nowNs) {
        return nowNs - sinceNs;
    }
}
