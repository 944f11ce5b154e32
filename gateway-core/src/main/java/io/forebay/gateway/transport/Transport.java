package io.forebay.gateway.transport;

import io.forebay.gateway.proxy.KeepaliveOptions;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The ways to reach the kernel, best first.
public enum Transport {
    IO_URING(
            IoUringServerSocketChannel.class,
            IoUringSocketChannel.class,
            IoUringDatagramChannel.class,
            IoUringDomainSocketChannel.class),
    EPOLL(
            EpollServerSocketChannel.class,
            EpollSocketChannel.class,
            EpollDatagramChannel.class,
            EpollDomainSocketChannel.class),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioDatagramChannel.class, NioDomainSocketChannel.class);

    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends SocketChannel> channel;
    private final Class<? extends DatagramChannel> datagramChannel;
    private final Class<? extends DuplexChannel> unixChannel;

    Transport(
            Class<? extends ServerSocketChannel> serverChannel,
            Class<? extends SocketChannel> channel,
            Class<? extends DatagramChannel> datagramChannel,
            Class<? extends DuplexChannel> unixChannel) {
        this.serverChannel = serverChannel;
        this.channel = channel;
        this.datagramChannel = datagramChannel;
        this.unixChannel = unixChannel;
    }

    /// What was chosen and why nothing better was.
    ///
    /// @param reason empty when the first choice works
    public record Choice(Transport transport, String reason) {}

    /// The best transport that works here, or the preferred one if it does.
    ///
    /// @param preferred null for the best
    public static Choice choose(@Nullable Transport preferred) {
        StringBuilder reasons = new StringBuilder();
        for (Transport candidate : values()) {
            if (preferred == null || candidate.compareTo(preferred) >= 0) {
                Throwable cause = candidate.unavailability();
                if (cause == null) {
                    return new Choice(candidate, reasons.toString());
                }
                reasons.append(candidate.text())
                        .append(" is not available: ")
                        .append(rootMessage(cause))
                        .append(". ");
            }
        }
        throw new IllegalStateException("NIO is always available");
    }

    private @Nullable Throwable unavailability() {
        return switch (this) {
            case IO_URING -> IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
            case EPOLL -> Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
            case NIO -> null;
        };
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    IoHandlerFactory ioHandlers() {
        return switch (this) {
            case IO_URING -> IoUringIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    Class<? extends SocketChannel> channel() {
        return channel;
    }

    Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }

    /// The option by which two processes may listen at one port.
    ChannelOption<Boolean> reusePort() {
        return switch (this) {
            case IO_URING, EPOLL -> UnixChannelOption.SO_REUSEPORT;
            case NIO -> NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
        };
    }

    /// The options of connections for TCP keepalive.
    public KeepaliveOptions keepaliveOptions() {
        return switch (this) {
            case IO_URING ->
                new KeepaliveOptions(
                        IoUringChannelOption.TCP_KEEPCNT,
                        IoUringChannelOption.TCP_KEEPIDLE,
                        IoUringChannelOption.TCP_KEEPINTVL);
            case EPOLL ->
                new KeepaliveOptions(
                        EpollChannelOption.TCP_KEEPCNT,
                        EpollChannelOption.TCP_KEEPIDLE,
                        EpollChannelOption.TCP_KEEPINTVL);
            case NIO ->
                new KeepaliveOptions(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        };
    }

    Class<? extends DuplexChannel> unixChannel() {
        return unixChannel;
    }

    Class<? extends ServerChannel> unixServerChannel() {
        return switch (this) {
            case IO_URING -> IoUringServerDomainSocketChannel.class;
            case EPOLL -> EpollServerDomainSocketChannel.class;
            case NIO -> NioServerDomainSocketChannel.class;
        };
    }

    /// The address of a Unix socket as the channels of this transport take it.
    SocketAddress unixAddress(String path) {
        return switch (this) {
            case IO_URING, EPOLL -> new DomainSocketAddress(path);
            case NIO -> UnixDomainSocketAddress.of(path);
        };
    }

    /// `io_uring`, `epoll` or `nio`: as settings, logs and metrics spell it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
