package io.forebay.gateway.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// How Unix sockets are listened on and connected to by each transport.
final class UnixSockets {
    private UnixSockets() {}

    static Class<? extends ServerChannel> serverChannel(Transport transport) {
        return switch (transport) {
            case IO_URING -> IoUringServerDomainSocketChannel.class;
            case EPOLL -> EpollServerDomainSocketChannel.class;
            case NIO -> NioServerDomainSocketChannel.class;
        };
    }

    static Class<? extends Channel> channel(Transport transport) {
        return switch (transport) {
            case IO_URING -> IoUringDomainSocketChannel.class;
            case EPOLL -> EpollDomainSocketChannel.class;
            case NIO -> NioDomainSocketChannel.class;
        };
    }

    static SocketAddress address(Transport transport, Path path) {
        return switch (transport) {
            case IO_URING, EPOLL -> new DomainSocketAddress(path.toFile());
            case NIO -> UnixDomainSocketAddress.of(path);
        };
    }

    /// Makes `connector` connect to one socket, whatever host and port it is told.
    static Bootstrap leadingTo(SocketAddress socket, Bootstrap connector) {
        return connector.resolver(new OneSocket(socket));
    }

    private static final class OneSocket extends AddressResolverGroup<SocketAddress> {
        private final SocketAddress socket;

        OneSocket(SocketAddress socket) {
            this.socket = socket;
        }

        @Override
        protected AddressResolver<SocketAddress> newResolver(EventExecutor executor) {
            return new AbstractAddressResolver<>(executor, SocketAddress.class) {
                @Override
                protected boolean doIsResolved(SocketAddress address) {
                    return false;
                }

                @Override
                protected void doResolve(SocketAddress unresolved, Promise<SocketAddress> promise) {
                    promise.setSuccess(socket);
                }

                @Override
                protected void doResolveAll(SocketAddress unresolved, Promise<List<SocketAddress>> promise) {
                    promise.setSuccess(List.of(socket));
                }
            };
        }
    }
}
