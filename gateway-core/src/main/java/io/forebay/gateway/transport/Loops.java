package io.forebay.gateway.transport;

import io.forebay.gateway.http.LoopContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// The event loops `gw-loop-<n>` and what each keeps for itself.
public final class Loops implements AutoCloseable {
    /// For whom no policy says how long that may take.
    static final int CONNECT_TIMEOUT_MS = 5_000;
    /// How long a name server has for its answer, before the next one is asked.
    static final int NAME_ANSWER_MS = 2_000;
    static final long SHUTDOWN_MS = 2_000;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<LoopContext> contexts = new ArrayList<>();
    private final List<LoopBufferAllocator> allocators = new ArrayList<>();
    private final IdentityHashMap<EventExecutor, LoopContext> byLoop = new IdentityHashMap<>();
    /// What connects from here and is open, and sockets of HTTP/3; clients are known to [Connections].
    private final ChannelGroup outgoing = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final DnsAddressResolverGroup resolver;

    /// @param count how many loops, 1 or more
    /// @param nameServers who is asked for the names that [#connector] is given
    public Loops(Transport transport, int count, DnsServerAddressStreamProvider nameServers, RandomGenerator seeds) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(count, threads(), transport.ioHandlers());
        this.resolver = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                .datagramChannelFactory(remembered(transport.datagramChannel()))
                .socketChannelFactory(remembered(transport.channel()))
                .queryTimeoutMillis(NAME_ANSWER_MS)
                .nameServerProvider(nameServers));
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            LoopBufferAllocator allocator = new LoopBufferAllocator(loop, ByteBufAllocator.DEFAULT);
            LoopContext context = new LoopContext(contexts.size(), loop, allocator, seeds.nextLong());
            allocators.add(allocator);
            context.deadlines().start(context.eventLoop());
            contexts.add(context);
            byLoop.put(executor, context);
        }
    }

    private <C extends Channel> ChannelFactory<C> remembered(Class<? extends C> type) {
        ChannelFactory<C> channels = new ReflectiveChannelFactory<>(type);
        return () -> {
            C channel = channels.newChannel();
            outgoing.add(channel);
            return channel;
        };
    }

    /// Is to be closed before the loops end.
    void remember(Channel channel) {
        outgoing.add(channel);
    }

    private static ThreadFactory threads() {
        AtomicInteger next = new AtomicInteger();
        return task -> new FastThreadLocalThread(task, "gw-loop-" + next.getAndIncrement());
    }

    public Transport transport() {
        return transport;
    }

    /// One context a loop, by index.
    public List<LoopContext> contexts() {
        return List.copyOf(contexts);
    }

    LoopContext contextOf(EventLoop loop) {
        LoopContext context = byLoop.get(loop);
        if (context == null) {
            throw new IllegalArgumentException(loop + " is none of ours");
        }
        return context;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /// What the buffers of a loop's own allocator take that are at rest. Any thread.
    public long keptBufferBytes(int loop) {
        return allocators.get(loop).keptBytes();
    }

    /// The same with those in use. Any thread.
    public long ownedBufferBytes(int loop) {
        return allocators.get(loop).ownedBytes();
    }

    /// Connects sockets that stay on the loop. Names are resolved without blocking it.
    public Bootstrap connector(LoopContext loop) {
        return new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(remembered(transport.channel()))
                .resolver(resolver)
                .option(ChannelOption.ALLOCATOR, loop.allocator())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    /// Asks name servers from this loop.
    public DnsNameResolverBuilder nameQuestions(LoopContext loop) {
        return new DnsNameResolverBuilder(loop.eventLoop())
                .datagramChannelFactory(remembered(transport.datagramChannel()))
                .socketChannelFactory(remembered(transport.channel()));
    }

    /// Connects to sockets of this machine, by addresses of [#unixAddress].
    public Bootstrap unixConnector(LoopContext loop) {
        return new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(remembered(transport.unixChannel()))
                .disableResolver()
                .option(ChannelOption.ALLOCATOR, loop.allocator())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS);
    }

    /// Where a Unix socket is.
    public SocketAddress unixAddress(String path) {
        return transport.unixAddress(path);
    }

    /// Ends the loops once everything that was told to close is closed. To close a socket takes several turns of its
    /// loop: what the kernel still does with it is called off first. A loop that ended in between would leave
    /// handlers that never hear of the end, and hold buffers and TLS contexts.
    @Override
    public void close() {
        resolver.close();
        outgoing.newCloseFuture().awaitUninterruptibly(SHUTDOWN_MS);
        allocators.forEach(LoopBufferAllocator::close);
        group.shutdownGracefully(0, SHUTDOWN_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * SHUTDOWN_MS);
    }
}
