package io.forebay.gateway.transport;

import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections of one port are open, of all clients and of each, against the limits of its policy.
/// Shared by the loops, which ask as a connection comes and goes.
///
/// A client is an IPv4 address, or the first 64 bits of an IPv6 address: who has one such address has all of
/// them. The table has a client only while a connection of it is open, so it has at most as many as connections
/// may be open.
final class PortConnections {
    /// An IPv4 address as the first 64 bits of an IPv6 address that nobody can have (`0:ffff::/32`).
    private static final long IPV4 = 0x0000_ffff_0000_0000L;

    private final ConnectionRefusals refusals;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> byClient = new ConcurrentHashMap<>();

    PortConnections(ConnectionRefusals refusals) {
        this.refusals = refusals;
    }

    /// Whether a connection that was just accepted may stay. It counts until it is closed, also where nothing is
    /// limited yet.
    boolean add(Channel channel, ConnectionLimit limit) {
        int count = open.incrementAndGet();
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (count > limit.connectionsMax()) {
            refusals.ofPort();
            return false;
        }
        return true;
    }

    /// The same once it is known whose it is.
    boolean addOf(InetAddress client, Channel channel, ConnectionLimit limit) {
        if (!limit.isPerClient()) {
            return true;
        }
        Long key = key(client);
        int count = byClient.compute(key, (same, now) -> now == null ? 1 : now + 1);
        channel.closeFuture()
                .addListener(closed -> byClient.computeIfPresent(key, (same, now) -> now == 1 ? null : now - 1));
        if (count > limit.perClientMax()) {
            refusals.ofClient();
            return false;
        }
        return true;
    }

    static long key(InetAddress client) {
        ByteBuffer bytes = ByteBuffer.wrap(client.getAddress());
        return client instanceof Inet6Address ? bytes.getLong() : IPV4 | Integer.toUnsignedLong(bytes.getInt());
    }

    /// Clients of which a connection is counted.
    int clients() {
        return byClient.size();
    }
}
