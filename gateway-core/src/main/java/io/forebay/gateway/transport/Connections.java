package io.forebay.gateway.transport;

import io.forebay.gateway.http.GoAway;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// All open connections of clients, bounded; beyond the bound, or at the very end, a new one is closed at once and
/// counted.
public final class Connections {
    private static final long EACH_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final int connectionsMax;
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();
    private volatile boolean isDraining;
    private volatile boolean isClosed;

    public Connections(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    /// Whether the connection may stay; if so it is forgotten when it closes. One that was accepted just before the
    /// listeners closed, and shows up only when all have been asked to close, is asked as well.
    boolean add(Channel channel) {
        if (isClosed || open.size() >= connectionsMax) {
            refused.increment();
            return false;
        }
        open.add(channel);
        channel.closeFuture().addListener(closed -> open.remove(channel));
        if (isDraining) {
            tell(channel, GoAway.DRAIN);
        }
        return true;
    }

    /// Connections that are open.
    public int count() {
        return open.size();
    }

    /// How many of those that may be open are, 0 to 1.
    public double share() {
        return (double) open.size() / connectionsMax;
    }

    /// Binds `forebay.connections.open`, `.max` and `.refused`.
    public void bind(MeterRegistry registry) {
        Gauge.builder("forebay.connections.open", this, Connections::count)
                .description("Connections of clients that are open")
                .register(registry);
        Gauge.builder("forebay.connections.max", this, connections -> connections.connectionsMax)
                .description("Connections of clients that may be open (connections.max)")
                .register(registry);
        FunctionCounter.builder("forebay.connections.refused", refused, LongAdder::doubleValue)
                .description("Connections of clients that were closed at once: too many, or at the end of the process")
                .register(registry);
    }

    /// Asks each connection to finish what is under way and to close.
    public void drain() {
        isDraining = true;
        open.forEach(channel -> tell(channel, GoAway.DRAIN));
    }

    /// The same, spread evenly over a time, so that the clients do not all come to others at once. From the first
    /// moment on, HTTP/1.1 answers say that they are the last.
    ///
    /// @param spreadNs at least one each millisecond is asked, whatever this says
    /// @param random chooses the moments
    public void drain(long spreadNs, RandomGenerator random) {
        isDraining = true;
        long overNs = Math.max(spreadNs, open.size() * EACH_NS);
        for (Channel channel : open) {
            tell(channel, GoAway.NOTICE);
            long atNs = random.nextLong(overNs + 1);
            channel.eventLoop().schedule(() -> tell(channel, GoAway.DRAIN), atNs, TimeUnit.NANOSECONDS);
        }
    }

    /// Those that are open now.
    List<Channel> open() {
        return List.copyOf(open);
    }

    /// The same for those that `listener` has accepted; others may still come.
    void drain(Channel listener) {
        for (Channel channel : open) {
            if (listener.equals(channel.parent())) {
                tell(channel, GoAway.DRAIN);
            }
        }
    }

    private static void closeOne(Channel channel) {
        channel.eventLoop().execute(() -> {
            channel.pipeline().fireUserEventTriggered(GoAway.CLOSE);
            channel.close();
        });
    }

    private static void tell(Channel channel, GoAway event) {
        channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(event));
    }

    /// Closes what is still open, and waits until it is closed, at most [Loops#SHUTDOWN_MS].
    public void closeAll() {
        isClosed = true;
        List<Channel> closing = List.copyOf(open);
        closing.forEach(Connections::closeOne);
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Loops.SHUTDOWN_MS);
        for (Channel channel : closing) {
            channel.closeFuture().awaitUninterruptibly(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }
}
