package io.forebay.gateway.proxy;

import io.forebay.mesh.TcpKeepalive;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;

/// The options of a transport by which the kernel learns the times of TCP keepalive.
public record KeepaliveOptions(
        ChannelOption<Integer> probes, ChannelOption<Integer> idleSeconds, ChannelOption<Integer> intervalSeconds) {
    /// Makes connections of `socket` ask as `keepalive` says.
    void set(Bootstrap socket, TcpKeepalive keepalive) {
        set(socket, probes, keepalive.probes());
        set(socket, idleSeconds, keepalive.idleSeconds());
        set(socket, intervalSeconds, keepalive.intervalSeconds());
    }

    private static void set(Bootstrap socket, ChannelOption<Integer> option, int value) {
        if (value > 0) {
            socket.option(option, value);
        }
    }
}
