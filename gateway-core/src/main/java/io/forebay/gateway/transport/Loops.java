package io.forebay.gateway.transport;

import io.forebay.gateway.http.LoopContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// The event loops `gw-loop-<n>` and what each keeps for itself.
public final class Loops implements AutoCloseable {
    static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final long SHUTDOWN_MS = 2_000;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<LoopContext> contexts = new ArrayList<>();
    private final List<LoopBufferAllocator> allocators = new ArrayList<>();
    private final IdentityHashMap<EventExecutor, LoopContext> byLoop = new IdentityHashMap<>();
    private final DnsAddressResolverGroup resolver;

    /// @param count how many loops, 1 or more
    public Loops(Transport transport, int count, RandomGenerator seeds) {
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(count, threads(), transport.ioHandlers());
        this.resolver = new DnsAddressResolverGroup(
                new DnsNameResolverBuilder().datagramChannelType(transport.datagramChannel()));
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

    /// Connects sockets that stay on the loop. Names are resolved without blocking it.
    public Bootstrap connector(LoopContext loop) {
        return new Bootstrap()
                .group(loop.eventLoop())
                .channel(transport.channel())
                .resolver(resolver)
                .option(ChannelOption.ALLOCATOR, loop.allocator())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    @Override
    public void close() {
        // First, while the loops still run: its sockets have reads under way, whose buffers come back through the loop.
        resolver.close();
        allocators.forEach(LoopBufferAllocator::close);
        group.shutdownGracefully(0, SHUTDOWN_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * SHUTDOWN_MS);
    }
}
